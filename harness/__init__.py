"""What is measured: data sets, breakers, attacks, defenses, and the numbers they give."""

__version__ = "0.2.0"
