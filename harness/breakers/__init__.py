"""Models that read captchas: the models under attack."""
