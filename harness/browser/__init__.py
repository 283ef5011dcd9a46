"""Visits of a real Chromium to captcha pages of this machine, and of no other host."""
