"""The target of an assessment: what a name on the command line stands for, looked at."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from harness.assessment.wishes import Wishes
from harness.audit.page_look import Choose, look_at
from harness.css_selectors import Selectors
from harness.datasets.folder.folder import Folder
from harness.datasets.generator import Generator
from harness.datasets.user_function.natural_size import natural_size
from harness.errors import SpecError, SweepError
from harness.loopback import loopback
from harness.registry import GENERATORS, suggestion
from harness.sweep.entries import KINDS, entry
from harness.sweep.specs import DatasetSpec

Kind = Literal["folder", "function", "generator", "page"]
# Generators whose captchas are drawn without end, and seen: the others need files, or are heard.
NOT_DRAWN = frozenset(
    {
        "mnist",
        "svhn",
        "audio_captcha",
        "captcha_mixture",
        "folder",
        "side_by_side",
        "callable",
        "gan",
        "page",
    }
)
SMALLEST, LARGEST = 16, 1024  # pixels of a side


@dataclass(frozen=True)
class Target:
    """A captcha that is to be assessed.

    Attributes:
        kind: of the target.
        asked: as it was given.
        generator: of the data set.
        table: options of the data set, as a sweep file has them; its paths are absolute.
        options: the same, understood.
        selectors: of a page; None of anything else.
    """

    kind: Kind
    asked: str
    generator: str
    table: Mapping[str, object]
    options: Generator
    selectors: Selectors | None = None

    @property
    def pictures(self) -> int | None:
        """Count the different pictures of a folder; None where captchas are drawn without end."""
        if not isinstance(self.options, Folder):
            return None
        return sum(self.options.facts.pools["path"].values())

    @property
    def files(self) -> int:
        """Count the labelled pictures of a folder, copies included; 0 of anything else."""
        if not isinstance(self.options, Folder):
            return 0
        return sum(size * groups for size, groups in self.options.facts.pools["path"].items())

    @property
    def lengths(self) -> tuple[int, int]:
        """Give the length of the shortest and of the longest captcha."""
        if isinstance(self.options, Folder):
            return self.options.facts.lengths
        length = getattr(self.options, "length", self.options.text_length())
        return tuple(length) if isinstance(length, tuple) else (length, length)


def generators() -> list[str]:
    """List the generators that can be assessed by their name alone."""
    return [name for name in GENERATORS if name not in NOT_DRAWN]


def look(
    asked: str,
    wishes: Wishes,
    folder: Path,
    selectors: Selectors | None = None,
    choose: Choose = None,
) -> Target:
    """Look what a target is, and at what is there.

    Args:
        asked: a folder, a CSV file, file.py:function, module:function, a generator's name, or the
            URL of a page of this machine.
        wishes: what was said beside it.
        folder: where relative paths start.
        selectors: of a page; by default those of this project's own, or what looks like a captcha.
        choose: asked where several things on a page could be its captcha.

    Raises:
        SpecError: it is none of these, or cannot be assessed; why, and what to do.
        SkippedError: a page, and no Chromium is installed.
    """
    if "://" in asked:
        return _page(asked, wishes, selectors or Selectors(), choose)
    if not asked.strip():
        raise SpecError("no target: name a folder, a CSV file, a function, a generator or a page")
    module, colon, name = asked.rpartition(":")
    path = (folder / asked).expanduser() if not asked.startswith("~") else Path(asked).expanduser()
    if _exists(path):
        return _labelled(asked, path, wishes)
    if colon and module and name:
        return _function(asked, module, name, wishes, folder)
    if asked in generators():
        return _generator(asked, wishes)
    if asked in GENERATORS:
        raise SpecError(
            f"{asked}: cannot be assessed by its name: it needs files, or its captchas are no "
            f"texts to look at; {suggestion(asked, generators())}"
        )
    raise SpecError(
        f"{asked!r}: there is no such folder, CSV file or generator, and it is no function "
        f"(file.py:function) and no page (http://127.0.0.1:...); of generators: "
        f"{suggestion(asked, generators())}"
    )


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name that is too long, a folder that may not be entered
        return False


def _labelled(asked: str, path: Path, wishes: Wishes) -> Target:
    """Look at a folder of labelled images, or at a table of labels."""
    if path.suffix == ".py":
        raise SpecError(f"{asked}: a Python file; name a function in it, as in {asked}:draw")
    if path.suffix == ".toml":
        raise SpecError(f"{asked}: a sweep file; `captcha-harness run {asked}` carries it out")
    table: dict[str, object] = {"path": str(path.absolute())}
    if wishes.pattern:
        table["pattern"] = wishes.pattern
    if wishes.keep_odd_labels:
        table["odd_labels"] = "keep"
    if wishes.alphabet:
        table["alphabet"] = wishes.characters()
    if wishes.length:
        raise SpecError("--length: the labels of a folder have theirs; leave it away")
    options = _options("folder", table, asked)
    return Target("folder", asked, "folder", table, options)


def _function(asked: str, module: str, name: str, wishes: Wishes, folder: Path) -> Target:
    """Look at a function that draws a text; it is called in a process of its own."""
    if not wishes.alphabet or not wishes.length:
        raise SpecError(
            f"{asked}: a function is given texts to draw; say which, as in --alphabet 0-9A-Z "
            "--length 5"
        )
    if module.endswith(".py"):
        module = str((folder / Path(module).expanduser()).absolute())
    table = {
        "function": f"{module}:{name}",
        "folder": str(folder.absolute()),
        "alphabet": wishes.characters(),
        "length": wishes.lengths(),
    }
    options = _options("callable", table, asked)
    width, height = fitting(*natural_size(options))
    table |= {"width": width, "height": height}
    return Target("function", asked, "callable", table, _options("callable", table, asked))


def _generator(asked: str, wishes: Wishes) -> Target:
    """Look at a generator with its defaults."""
    table: dict[str, object] = {}
    if wishes.alphabet:
        table["alphabet"] = wishes.characters()
    if wishes.length:
        table["length"] = wishes.lengths()
    options = _options(asked, table, asked)
    options.require()
    return Target("generator", asked, asked, table, options)


def _page(asked: str, wishes: Wishes, selectors: Selectors, choose: Choose) -> Target:
    """Look at a page of this machine: whether it is there, and how large its captcha is."""
    url = loopback(asked)
    if not wishes.alphabet or not wishes.length:
        raise SpecError(
            f"{url}: a page does not say which texts its captchas have; say it, as in --alphabet "
            "0-9A-Z --length 5"
        )
    table: dict[str, object] = {"alphabet": wishes.characters(), "length": wishes.lengths()}
    _options("page", table, url)  # before a browser is started for it
    seen = look_at(url, selectors, choose)
    width, height = fitting(seen.width, seen.height)
    table |= {"width": width, "height": height}
    return Target("page", url, "page", table, _options("page", table, url), seen.selectors)


def fitting(width: int, height: int) -> tuple[int, int]:
    """Scale a size down to what a data set takes, where it is larger."""
    shrink = min(1.0, LARGEST / max(width, height))
    return max(SMALLEST, round(width * shrink)), max(SMALLEST, round(height * shrink))


def _options(generator: str, table: Mapping[str, object], asked: str) -> Generator:
    """Validate the options of a data set as a sweep file's are."""
    whole = {"generator": generator, **table, "train": 1, "test": 1}
    try:
        dataset = entry(KINDS["datasets"], asked, whole, Path.cwd())
    except SweepError as error:
        raise SpecError("; ".join(error.mistakes)) from None
    if not isinstance(dataset, DatasetSpec) or not isinstance(dataset.options, Generator):
        raise TypeError(f"{generator} is no generator")
    return dataset.options
