"""Scores that tell perturbed images from clean ones."""
