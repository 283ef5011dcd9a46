"""Curves: an attack on a breaker over all radii, and its images read by another one."""
