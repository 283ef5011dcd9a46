"""What several signs ask for is computed once: the answers to the same images, the same filter."""

from collections.abc import Callable
from typing import Any


class Once:
    """A function of tensors; of each tensor its value is computed the first time alone.

    Lives as long as one look at some images does, for it keeps all that it was asked.
    """

    def __init__(self, function: Callable[[Any], Any]) -> None:
        """Take the function."""
        self.function = function
        self._known: dict[int, tuple[Any, Any]] = {}

    def __call__(self, tensor: Any) -> Any:
        """The function's value; tensors are told apart by who they are, and kept, so that no
        other one takes the place of one that is gone.
        """
        if id(tensor) not in self._known:
            self._known[id(tensor)] = tensor, self.function(tensor)
        return self._known[id(tensor)][1]


class Glance:
    """One glance at some images: what the breaker and the autoencoder make of each is made once.

    Attributes:
        logits: of the breaker.
        denoise: the autoencoder.
    """

    def __init__(self, reader: Any, denoise: Callable[[Any], Any]) -> None:
        """Take a harness.breakers.reader.Reader and an autoencoder."""
        self.logits, self.denoise = Once(reader.logits), Once(denoise)
