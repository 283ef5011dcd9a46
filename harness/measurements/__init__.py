"""Measurements, a folder each: work (its steps), plan, run (artifacts), gather (rows)."""
