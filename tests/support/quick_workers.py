"""Imported by workers: their steps become those of quick_steps."""

from quick_steps import STEPS

from harness.measurements.catalog import functions

functions().update(STEPS)
