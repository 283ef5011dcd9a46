"""Generative adversarial networks: trained on pictures of characters, and what they draw."""
