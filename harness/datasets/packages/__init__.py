"""Generators that draw captchas as packages of the Python package index do."""
