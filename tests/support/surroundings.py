"""What tests need of their surroundings."""

import os

import pytest


def lacking(reason: str):
    """Skip on a laptop, fail under CI, where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"under CI=true this must not be missing: {reason}")
    pytest.skip(reason)
