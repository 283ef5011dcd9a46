"""Numpy arrays of a pickle, read without calling anything that the pickle names."""

import io
import math
import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

NUMBERS = re.compile(r"[<>=|]?[biuf][1248]")  # plain numbers: no objects, texts, records or dates


def arrays(content: bytes) -> Any:
    """Read a pickle of arrays of numbers in lists, tuples and dictionaries.

    Args:
        content: the pickle.

    Returns:
        What was pickled, at any depth; the caller knows which shape it has.

    Raises:
        pickle.UnpicklingError: it holds anything else.
    """
    try:
        return _plain(_Reader(io.BytesIO(content), encoding="latin1").load())
    except pickle.UnpicklingError:
        raise
    except Exception as error:  # a pickle can raise anything
        text = f"{type(error).__name__}: {error}"
        raise pickle.UnpicklingError(f"refused: no pickle of arrays ({text})") from None


class _Kind:
    """Stands for a numpy.dtype while a pickle is read."""

    def __init__(self, name: object = "", _align: object = False, _copy: object = False) -> None:
        text = name.decode("latin1") if isinstance(name, bytes) else name
        if not isinstance(text, str) or not NUMBERS.fullmatch(text):
            raise pickle.UnpicklingError(f"refused: numbers of the kind {text!r:.40}")
        self.kind = np.dtype(text)

    def __setstate__(self, state: tuple[object, ...]) -> None:
        """Take the order of bytes, which is all that a plain kind of number has."""
        _version, order, *rest = state
        text = order.decode("latin1") if isinstance(order, bytes) else order
        if text not in ("<", ">", "|", "=") or any(part is not None for part in rest[:3]):
            raise pickle.UnpicklingError("refused: numbers with fields")
        if text == ">":
            self.kind = self.kind.newbyteorder(">")


class _Array:
    """Stands for a numpy.ndarray while a pickle is read."""

    def __init__(self) -> None:
        self.values: npt.NDArray[np.generic] = np.zeros(0)

    def __setstate__(self, state: Any) -> None:  # of a pickle: anything
        """Take shape, kind and bytes, if they fit together."""
        _version, shape, kind, fortran, raw = state
        content = raw.encode("latin1") if isinstance(raw, str) else raw  # Python 2 had no bytes
        sizes = [size for size in shape if isinstance(size, int) and size >= 0]
        if not isinstance(kind, _Kind) or len(sizes) != len(shape) or type(content) is not bytes:
            raise pickle.UnpicklingError("refused: an array that is none")
        if math.prod(sizes) * kind.kind.itemsize != len(content):
            raise pickle.UnpicklingError("refused: an array of another size than its bytes")
        flat = np.frombuffer(content, kind.kind)
        self.values = flat.reshape(sizes, order="F" if fortran else "C")


class _Nothing:
    """Stands for the class numpy.ndarray, which pickles name and never need."""


def _encoded(text: object, _encoding: object = "") -> bytes:
    """Encode a text as bytes: so pickles of Python 2 keep bytes."""
    return str(text).encode("latin1")


def _empty() -> bytes:
    """Give no bytes: so pickles of Python 2 keep an empty text."""
    return b""


def _begun(*_kind_shape_type: object) -> _Array:
    """Begin an array, whose state follows in the pickle."""
    return _Array()


class _Reader(pickle.Unpickler):
    """An unpickler of the few names that pickles of arrays hold, each replaced by one of ours."""

    NAMES: dict[tuple[str, str], Callable[..., object]] = {  # noqa: RUF012 - read only
        ("numpy.core.multiarray", "_reconstruct"): _begun,
        ("numpy._core.multiarray", "_reconstruct"): _begun,
        ("numpy", "ndarray"): _Nothing,
        ("numpy", "dtype"): _Kind,
        ("_codecs", "encode"): _encoded,
        ("__builtin__", "bytes"): _empty,
    }

    def find_class(self, module: str, name: str) -> Callable[..., object]:
        """See pickle.Unpickler."""
        if (module, name) not in self.NAMES:
            raise pickle.UnpicklingError(f"refused: {module}.{name}")
        return self.NAMES[module, name]


def _plain(value: object) -> object:
    """Replace what stands for arrays, at any depth, by numpy arrays."""
    if isinstance(value, _Array):
        return value.values
    if isinstance(value, list | tuple):
        return type(value)(_plain(part) for part in value)
    if isinstance(value, dict):
        return {_plain(key): _plain(part) for key, part in value.items()}
    if isinstance(value, _Kind | _Nothing):
        raise pickle.UnpicklingError("refused: a kind of number where an array is needed")
    return value
