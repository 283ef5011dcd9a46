"""Precision: what an attacker solves who submits only the texts that a breaker is sure of."""
