"""A generator of one's own: a Python function that draws a text."""

import functools
import hashlib
import importlib
import importlib.util
import random
from collections.abc import Callable as Function
from pathlib import Path
from typing import Any, Self

import numpy as np
from pydantic import Field, model_validator

from harness.datasets.generator import TextGenerator
from harness.errors import HarnessError


class Callable(TextGenerator):
    """Your own generator: a function that takes a text and gives a PIL image."""

    function: str = Field(description="module:function, or file.py:function")
    contents: str = Field("", description="digest of the module's file; found when it is read")

    @model_validator(mode="after")
    def _found(self) -> Self:
        module, _colon, name = self.function.rpartition(":")
        if not module or not name:
            raise ValueError(f"function {self.function!r}: must be module:function")
        if module.endswith(".py"):
            file = Path(module).expanduser().absolute()
            # Drawing processes stand elsewhere: they need the whole path.
            object.__setattr__(self, "function", f"{file}:{name}")
        else:
            file = Path(str(getattr(_spec(module), "origin", "")))
        if not file.is_file():
            raise ValueError(f"function {self.function!r}: there is no module {module!r}")
        content = hashlib.sha256(file.read_bytes()).hexdigest()[:20]
        object.__setattr__(self, "contents", content)
        return self

    def picture(self, text: str, numbers: random.Random) -> Any:
        """Call the function; `random` and `numpy.random` are seeded, `secrets` cannot be.

        Raises:
            HarnessError: the function raised, or gave something else than a PIL image.
        """
        from PIL import Image

        drawing = _loaded(self.function)
        random.seed(numbers.getrandbits(64))
        np.random.seed(numbers.getrandbits(32))
        called = f"{self.function}({text!r})"
        try:
            image = drawing(text)
        except Exception as error:
            raise HarnessError(f"{called} raised {type(error).__name__}: {error}") from error
        if not isinstance(image, Image.Image):
            kind = type(image).__name__
            raise HarnessError(f"{called} gave {kind} where a PIL image is needed")
        if image.size != (self.width, self.height):
            image = image.convert("RGB").resize((self.width, self.height))
        return image


def _spec(module: str) -> Any:
    try:
        return importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None


@functools.cache
def _loaded(function: str) -> Function[[str], Any]:
    """Import the module, by name or from its file."""
    module, _colon, name = function.rpartition(":")
    try:
        if module.endswith(".py"):
            spec = importlib.util.spec_from_file_location("drawn_by_callable", module)
            if spec is None or spec.loader is None:
                raise ImportError(f"cannot load {module}")
            loaded = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(loaded)
        else:
            loaded = importlib.import_module(module)
    except Exception as error:
        raise HarnessError(f"{module}: {type(error).__name__}: {error}") from error
    found = getattr(loaded, name, None)
    if not callable(found):
        raise HarnessError(f"{module} has no function {name!r}")
    drawn: Function[[str], Any] = found
    return drawn
