"""Detectors: fitted over a breaker, looking at curves, attacked themselves."""
