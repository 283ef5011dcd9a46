"""Options: frozen models that refuse unknown keys, their types, and the digest that names them."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
)

from harness.errors import SpecError
from harness.loopback import loopback

# A value of JSON: text, number, true, false, null, or lists and tables of them. Who reads an
# artifact's notes knows which of these stands below a key; a recursive type would ask for a cast
# at every one of them.
Json: TypeAlias = Any

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
    """Options of a sweep file's tables: frozen, without unknown keys; the base of all models."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    edition: ClassVar[int] = 1  # raise it when what is done by the same options changes
    # Fields that say where something is or what it looked like, not what is done: not digested.
    undigested: ClassVar[frozenset[str]] = frozenset()

    @classmethod
    def located(cls, table: Mapping[str, object], folder: Path) -> Mapping[str, object]:  # noqa: ARG003 - for rows with paths
        """Give the keys of a table with the paths in them taken from the sweep file's folder.

        Args:
            table: as the sweep file says it.
            folder: of the sweep file, absolute.
        """
        return table


def from_folder(value: object, folder: Path, suffixes: tuple[str, ...] = ()) -> object:
    """Join a folder and a relative path, or each of a list of relative paths.

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
    """Replace `~` by the user's home; a `~name` that nobody has stays as it is."""
    try:
        return Path(path).expanduser()
    except RuntimeError:
        return Path(path)


KEPT = {"kept": True}  # validation context of what a run has kept: nothing is looked up again


def is_kept(info: ValidationInfo) -> bool:
    """Tell whether a model is read from the files of a run, whose values were checked before."""
    return bool(info.context and info.context.get("kept"))


def asked_for(model: BaseModel) -> dict[str, Json]:
    """Write a model as JSON, without options at their defaults and without undigested fields.

    Defaults are left out so that an option that is added later does not undo what people have.
    """
    content = model.model_dump(mode="json", exclude_defaults=True)
    _drop_undigested(model, content)
    return content


def _drop_undigested(model: object, content: Json) -> None:
    if isinstance(model, BaseModel):
        for name in getattr(model, "undigested", ()):
            content.pop(name, None)
        for name in type(model).model_fields:
            if name in content:
                _drop_undigested(getattr(model, name), content[name])
    elif isinstance(model, Mapping):
        for name, part in model.items():
            _drop_undigested(part, content[name])


def digest(content: Json | BaseModel) -> str:
    """Compute the digest that names a spec, from its content.

    Args:
        content: a pydantic model, or what JSON can hold.

    Returns:
        20 hexadecimal digits of the SHA-256 of the canonical JSON (sorted keys).
    """
    if isinstance(content, BaseModel):
        content = content.model_dump(mode="json")
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()[:20]
