"""Training: breakers are trained, trained further by defenses, and put behind filters."""
