"""Fonts, and whether their letters can be seen and told apart."""
