"""Audits: does a captcha page check what it shows? Planned requests to pages of this machine."""
