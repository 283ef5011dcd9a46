"""Captchas of many kinds in one data set, from which a breaker learns to read unknown ones."""
