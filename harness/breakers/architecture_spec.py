"""breaker.json: what a breaker's network is rebuilt from, and what it reads."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self, TypedDict

from pydantic import ConfigDict, Field, JsonValue, ValidationError, model_validator

from harness.array_types import Shape
from harness.complaints import complaints
from harness.datasets.generator import LARGEST_ALPHABET
from harness.errors import HarnessError
from harness.options import Options

SPEC_FILE = "breaker.json"
LARGEST_SPEC = 1_000_000  # bytes of breaker.json
MOST_PIXELS = 3 * 1024 * 1024  # numbers of a captcha, or of a sound: more than are ever drawn
Side = Annotated[int, Field(ge=1, le=MOST_PIXELS)]


class ArchitectureSpec(TypedDict):
    """Content of breaker.json, from which `load` rebuilds a network; see SpecFile."""

    architecture: str
    options: dict[str, JsonValue]
    shape: Shape
    length: int
    alphabet: str
    blank: int | None


class SpecFile(Options):
    """Validator of breaker.json: a file from elsewhere may hold anything.

    Attributes:
        architecture: its row.
        options: of the row.
        shape: height, width, channels.
        length: characters of the longest captcha.
        alphabet: the characters in the order of their classes.
        blank: the class that stands for no character; None without one.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    architecture: str
    options: dict[str, JsonValue]
    shape: tuple[Side, Side, Annotated[int, Field(ge=1, le=4)]]
    length: Annotated[int, Field(ge=1, le=LARGEST_ALPHABET)]
    alphabet: Annotated[str, Field(min_length=1, max_length=LARGEST_ALPHABET)]
    blank: int | None = None

    @model_validator(mode="after")
    def _of_captchas(self) -> Self:
        height, width, channels = self.shape
        if height * width * channels > MOST_PIXELS:
            raise ValueError(f"shape {list(self.shape)}: larger than any captcha")
        if self.blank not in (None, len(self.alphabet)):
            raise ValueError(f"blank = {self.blank}: it is the class after the alphabet's")
        return self


def describe(folder: Path, architecture_spec: Mapping[str, object]) -> None:
    """Write breaker.json; see `save`."""
    text = json.dumps(architecture_spec, sort_keys=True, indent=1)
    (folder / SPEC_FILE).write_text(text, encoding="utf-8")


def architecture_spec_of(folder: Path) -> ArchitectureSpec:
    """Read breaker.json, and refuse what describes no breaker.

    Raises:
        HarnessError: it is damaged, or says what no breaker can be.
    """
    content = _content(folder)
    try:
        checked = SpecFile.model_validate(content)
        return {
            "architecture": checked.architecture,
            "options": checked.options,
            "shape": checked.shape,
            "length": checked.length,
            "alphabet": checked.alphabet,
            "blank": checked.blank,
        }
    except ValidationError as error:
        lines = "; ".join(complaints(error, "", content))
        raise HarnessError(f"{folder / SPEC_FILE}: {lines}") from None


def _content(folder: Path) -> dict[str, object]:
    """Read breaker.json as it is, unchecked.

    Raises:
        HarnessError: breaker.json is damaged.
    """
    file = folder / SPEC_FILE
    try:
        with file.open("rb") as stream:
            content = json.loads(stream.read(LARGEST_SPEC))
    except OSError as error:
        raise HarnessError(f"{file}: cannot be read ({error.strerror})") from None
    except (ValueError, RecursionError) as error:  # not JSON, not UTF-8, brackets in brackets
        raise HarnessError(f"{file}: damaged, or not JSON ({error!s:.120})") from None
    if not isinstance(content, dict):
        raise HarnessError(f"{file}: damaged, it holds no table")
    return content
