"""Certificates: captchas that no image within a radius can make a breaker misread."""
