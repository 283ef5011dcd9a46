"""Changes to images, within a ball around each, that make a breaker err."""
