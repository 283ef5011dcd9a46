"""Detection: detectors fitted over a breaker, scoring attacked images, and attacked themselves."""
