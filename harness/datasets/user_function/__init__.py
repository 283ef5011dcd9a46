"""A Python function of the user's own that draws captchas."""
