"""A real Chromium on captcha pages of this machine, and on no other host."""
