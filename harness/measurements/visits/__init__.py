"""Visits: Chromium before a captcha page, and a breaker that answers there."""
