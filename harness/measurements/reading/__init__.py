"""Breakers on clean captchas."""
