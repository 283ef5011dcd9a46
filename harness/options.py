"""Options: frozen models that refuse unknown keys, their types, and the digest that names them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
)

from harness.errors import SpecError
from harness.loopback import loopback

Epsilon = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Radius = Annotated[float, Field(ge=0.0, le=1000.0, allow_inf_nan=False)]
Norm = Literal["linf", "l2", "spatial"]  # spatial: turned and moved, 1 is as far as it goes
Count = Annotated[int, Field(ge=1, le=10_000_000)]
Split = Literal["train", "validation", "test"]
Variant = Literal["plain", "canvas", "scaled", "jpeg"]  # how a page shows its captcha
NAME = r"^[a-z0-9][a-z0-9_.\-]{0,63}$"
Name = Annotated[str, Field(pattern=NAME)]


def _local(url: str) -> str:
    try:
        return loopback(url)
    except SpecError as error:
        raise ValueError(str(error)) from None


LoopbackUrl = Annotated[str, AfterValidator(_local)]


class Options(BaseModel):
    """Base of everything that a sweep file can say."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    edition: ClassVar[int] = 1  # raise it when what is done by the same options changes
    # Fields that say where something is or what it looked like, not what is done: not digested.
    undigested: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def located(cls, table: Mapping[str, Any], folder: Path) -> Mapping[str, Any]:  # noqa: ARG003 - for rows with paths
        """Give the keys of a table with the paths in them taken from the sweep file's folder.

        Args:
            table: as the sweep file says it.
            folder: of the sweep file, absolute.
        """
        return table


def from_folder(value: Any, folder: Path, suffixes: tuple[str, ...] = ()) -> Any:
    """Take a path, or each of a list of paths, from a folder.

    Args:
        value: of a key of a sweep file; what is no text is left for its validator to refuse.
        folder: where relative paths start.
        suffixes: of files; a text that ends otherwise is no path. None given: all are.
    """
    if isinstance(value, list):
        return [from_folder(part, folder, suffixes) for part in value]
    if not isinstance(value, str) or not value:
        return value
    if suffixes and not value.lower().endswith(suffixes):
        return value
    return str(folder / at_home(value))


def at_home(path: str) -> Path:
    """Take `~` for the user's home; a `~name` that nobody has stays as it is."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


KEPT = {"kept": True}  # validation context of what a run has kept: nothing is looked up again


def is_kept(info: ValidationInfo) -> bool:
    """Tell a validator that its model comes from a run's own files, where all was checked once."""
    return bool(info.context and info.context.get("kept"))


def asked_for(model: BaseModel) -> dict[str, Any]:
    """Write a model as what it asks for: without defaults, and without what is undigested.

    Defaults are left out so that an option that is added later does not undo what people have.
    """
    content = model.model_dump(mode="json", exclude_defaults=True)
    _drop_undigested(model, content)
    return content


def _drop_undigested(model: Any, content: Any) -> None:
    if isinstance(model, BaseModel):
        for name in getattr(model, "undigested", ()):
            content.pop(name, None)
        for name in type(model).model_fields:
            if name in content:
                _drop_undigested(getattr(model, name), content[name])
    elif isinstance(model, Mapping):
        for name, part in model.items():
            _drop_undigested(part, content[name])


def digest(content: Any) -> str:
    """Name a spec by what it says.

    Args:
        content: a pydantic model, or anything that JSON can hold.

    Returns:
        20 hexadecimal digits of the SHA-256 of the canonical JSON (sorted keys).
    """
    if isinstance(content, BaseModel):
        content = content.model_dump(mode="json")
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
