"""Measurements, a folder each: spec (its work), plan (steps), run (artifacts), gather (rows)."""
