"""Breakers and their defenses: trained, and trained further."""
