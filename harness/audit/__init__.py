"""Audits: whether a captcha page checks what it shows. Requests go to this machine alone."""
