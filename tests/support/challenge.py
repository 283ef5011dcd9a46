"""A captcha that pages show, and its text."""

import numpy as np

TEXT = "4.71"  # no token has a dot in it


IMAGE = np.random.default_rng(0).integers(0, 255, (20, 50, 1)).astype(np.uint8)
