"""Certificates: what no attack can change."""
