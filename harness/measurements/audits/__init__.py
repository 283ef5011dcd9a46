"""Audits: whether a captcha page checks what it shows."""
