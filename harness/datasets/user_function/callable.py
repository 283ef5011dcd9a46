"""Generator `callable`: a Python function of the user's own that draws a text."""

import functools
import importlib
import importlib.util
import os
import random
import sys
import traceback
from collections.abc import Callable as Function
from collections.abc import Mapping
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from pydantic import Field

from harness.datasets.text_generator import TextGenerator
from harness.errors import HarnessError
from harness.files.atomic import reason
from harness.files.source_digest import source_digest
from harness.images.pixels import UnreadableError, eight_bit, sized
from harness.options import at_home, from_folder

if TYPE_CHECKING:
    from PIL.Image import Image


class Callable(TextGenerator):
    """Drawn by a Python function of your own, which takes a text and returns a PIL image."""

    foreign: ClassVar[bool] = True
    undigested: ClassVar[frozenset[str]] = frozenset({"folder"})

    function: str = Field(
        description="module:function or file.py:function, from the sweep file's folder on"
    )
    folder: str = Field(
        "",
        description="where the function is looked for, and runs; by default the file's folder",
    )
    contents: str = Field(
        "",
        description="digest of the module's file and its own imports, set by `resolved`; learned",
    )

    @classmethod
    def located(cls, table: Mapping[str, object], folder: Path) -> Mapping[str, object]:
        """Resolve the folder where the function is looked for; by default the sweep file's."""
        return {**table, "folder": from_folder(table.get("folder") or ".", folder)}

    def resolved(self) -> Self:
        """Find the function's file, and give the options with its absolute folder and digest.

        Raises:
            ValueError: there is no such file, or it cannot be read.
        """
        try:
            content = source_digest(self._file(), self._roots())
        except OSError as error:
            raise ValueError(f"function {self.function!r}: {reason(error)}") from None
        folder = str(Path(self.folder).absolute())
        return self.model_copy(update={"folder": folder, "contents": content})

    def _roots(self) -> list[Path]:
        """List the folders where the function's imports are looked for, in their order."""
        module = self.function.rpartition(":")[0]
        beside = [self._file().parent] if module.endswith(".py") else []
        return [*beside, Path(self.folder).absolute()]

    def _file(self) -> Path:
        """Find the module's file; nothing of it is run, nor of the packages around it.

        Raises:
            ValueError: there is none.
        """
        module, _colon, name = self.function.rpartition(":")
        if not module or not name:
            raise ValueError(f"function {self.function!r}: must be module:function")
        if module.endswith(".py"):
            file = Path(self.folder) / at_home(module)
            missing = f"there is no file {file.absolute()}"
        else:
            if module.partition(".")[0] in sys.stdlib_module_names:
                raise ValueError(
                    f"function {self.function!r}: {module} is Python's own; name a file of yours, "
                    "as in site/captcha.py:draw"
                )
            spec = _spec(module, self.folder or str(Path.cwd()))
            file = Path(str(spec.origin if spec else None))
            missing = (
                f"there is no module {module!r} in {Path(self.folder).absolute()} or installed"
            )
        if not file.is_file():
            raise ValueError(f"function {self.function!r}: {missing}")
        return file.absolute()

    def enter(self) -> None:
        """Enter the sweep file's folder, and make the modules there importable.

        Raises:
            HarnessError: the folder or the function's file is gone, or has changed.
        """
        try:
            file, roots = self._file(), self._roots()
            changed = bool(self.contents) and source_digest(file, roots) != self.contents
            os.chdir(self.folder)
        except (OSError, ValueError) as error:
            raise HarnessError(f"the function cannot be found any more: {error}") from None
        if changed:
            raise HarnessError(
                f"{file}, or a module that it imports, has changed since the run began; run the "
                "sweep again, which begins another run"
            )
        sys.path[:0] = list(dict.fromkeys(map(str, roots)))
        # Compiled files beside the sources may be of others: what was digested is what is run.
        sys.dont_write_bytecode = True
        sys.pycache_prefix = os.devnull  # where none is, and none can be
        importlib.invalidate_caches()

    def picture(self, text: str, numbers: random.Random) -> "Image":
        """Call the function on a text; see `drawn`.

        An image of another size is resized, one that can be seen through is laid on white.

        Raises:
            HarnessError: the function raised, or gave something else than a PIL image.
        """
        import PIL.Image

        image = self.drawn(text, numbers)
        try:
            levels = sized(eight_bit(image, self.color), (self.width, self.height))
        except UnreadableError as error:
            called = f"{self.function}({text!r})"
            raise HarnessError(f"{called} gave an image that cannot be taken: {error}") from None
        return PIL.Image.fromarray(levels[..., 0] if self.color == "gray" else levels)

    def drawn(self, text: str, numbers: random.Random) -> "Image":
        """Call the function on a text, and give the image as it came.

        `random` and `numpy.random` are seeded, `secrets` cannot be.

        Raises:
            HarnessError: the function raised, or gave something else than a PIL image.
        """
        import PIL.Image

        drawing = _loaded(self.function, self.folder)
        random.seed(numbers.getrandbits(64))
        np.random.seed(numbers.getrandbits(32))
        called = f"{self.function}({text!r})"
        try:
            image = drawing(text)
        except (Exception, SystemExit, KeyboardInterrupt) as error:
            raise HarnessError(f"{called} raised {_line(error)}", traceback.format_exc()) from error
        if not isinstance(image, PIL.Image.Image):
            kind = type(image).__name__
            raise HarnessError(f"{called} gave {kind} where a PIL image is needed")
        return image


def _line(error: BaseException) -> str:
    """Format an error as its type and the first line of its message."""
    try:
        lines = str(error).strip().splitlines()
    except Exception:  # an error of the user's own, which cannot say what it is
        lines = []
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def _spec(module: str, folder: str) -> ModuleSpec | None:
    """Find a module without importing the packages that it lies in."""
    top, *parts = module.split(".")
    spec = PathFinder.find_spec(top, [folder, *sys.path])
    try:
        spec = spec or importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    for number, _part in enumerate(parts, 2):
        if spec is None or spec.submodule_search_locations is None:
            return None
        name = ".".join(module.split(".")[:number])
        spec = PathFinder.find_spec(name, list(spec.submodule_search_locations))
    return spec


@functools.cache
def _loaded(function: str, folder: str) -> Function[[str], object]:
    """Import the function's module, by name or from its file."""
    module, _colon, name = function.rpartition(":")
    try:
        if module.endswith(".py"):
            file = Path(folder) / at_home(module)
            spec = importlib.util.spec_from_file_location("drawn_by_callable", file)
            if spec is None or spec.loader is None:
                raise ImportError(f"cannot load {module}")
            loaded = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = loaded  # dataclasses and pickle look there
            spec.loader.exec_module(loaded)
        else:
            loaded = importlib.import_module(module)
    except (Exception, SystemExit) as error:
        raise HarnessError(f"{module}: {_line(error)}", traceback.format_exc()) from error
    drawing: Function[[str], object] | None = getattr(loaded, name, None)
    if not callable(drawing):
        raise HarnessError(f"{module} has no function {name!r}")
    return drawing
