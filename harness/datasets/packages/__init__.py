"""Captchas as packages of the Python package index draw them."""
