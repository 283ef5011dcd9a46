"""The vocabulary of a sweep file: frozen models that refuse unknown keys."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SerializeAsAny,
    ValidationInfo,
    model_validator,
)

from harness.errors import SpecError
from harness.loopback import loopback

Epsilon = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Radius = Annotated[float, Field(ge=0.0, le=1000.0, allow_inf_nan=False)]
Norm = Literal["linf", "l2", "spatial"]  # spatial: turned and moved, 1 is as far as it goes
Count = Annotated[int, Field(ge=1, le=10_000_000)]
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


class DatasetSpec(Options):
    """One data set: a generator, its options, and how many captchas of each split."""

    generator: str
    options: SerializeAsAny[Options]
    train: Count
    validation: Annotated[int, Field(ge=0, le=10_000_000)] = 0
    test: Count


class PollSpec(Options):
    """How people name what a GAN without labels draws, on the page /label."""

    pictures: Count = 500
    answers: Count = Field(3, description="that a label needs, of people whose control was right")
    majority: Annotated[float, Field(ge=0.5, lt=1)] = Field(
        0.6, description="share of them that must agree, and more"
    )


class GanSpec(Options):
    """One GAN: trained on the pictures of a data set of single characters."""

    gan: str
    dataset: str
    options: SerializeAsAny[Options]
    images: Count | None = Field(None, description="trained on the first so many; all by default")
    judge: str | None = Field(
        None, description="a breaker trained on the same data set, which reads what is drawn"
    )
    appraised: Count = Field(
        5_000,
        description="pictures that the judge looks at, or as many as the data set has for tests",
    )
    poll: PollSpec = PollSpec()


class BreakerSpec(Options):
    """One breaker: an architecture trained on one data set, and the cells it takes part in."""

    dataset: str
    architecture: str
    options: SerializeAsAny[Options]
    images: Count | None = Field(None, description="trained on the first so many; all by default")
    attacks: tuple[str, ...] | None = Field(None, description="names; all by default")
    defenses: tuple[str, ...] | None = Field(None, description="names; all by default")
    reads: tuple[str, ...] = Field((), description="other data sets that it reads as well")


class AttackSpec(Options):
    """One attack, with its radii and its number of captchas where they differ from the sweep's."""

    attack: str
    options: SerializeAsAny[Options]
    epsilons: tuple[Radius, ...] | None = Field(None, description="radii; the sweep's by default")
    captchas: Count | None = Field(None, description="the first so many of the test split")
    transfer: bool = Field(
        False, description="its images are tried on all other breakers of the data set"
    )

    @model_validator(mode="after")
    def _pixels(self) -> Self:
        norm = getattr(self.options, "norm", "linf")
        for number, epsilon in enumerate(self.epsilons or ()):
            if norm != "l2" and epsilon > 1:
                raise ValueError(
                    f"epsilons.{number} = {epsilon:g}: pixels lie in [0, 1], and so does a {norm} "
                    "radius; choose at most 1, or norm = 'l2'"
                )
        return self


class DefenseSpec(Options):
    """One defense: of a breaker's training, or of its input."""

    defense: str
    options: SerializeAsAny[Options]


class DetectorSpec(Options):
    """One detector: watches over each undefended breaker that is attacked."""

    detector: str
    options: SerializeAsAny[Options]


class Selectors(Options):
    """CSS selectors of a captcha page; by default those of this project's own."""

    image: str = Field("#captcha", description="what shows the captcha: img, canvas, anything")
    answer: str = Field("#answer", description="the field to type into")
    submit: str = Field("#submit", description="what is clicked")
    ready: str = Field("", description="there once the image is drawn; else not waited for")
    passed: str = Field("[data-outcome=passed]", description="there after a right answer")
    answered: str = Field("[data-outcome]", description="there after any answer")


class VisitSpec(Options):
    """Visits of a breaker to a captcha page, as Chromium shows it."""

    breaker: str
    variant: Variant = Field("plain", description="how this project's page shows the captcha")
    ratio: Annotated[float, Field(ge=1, le=4)] = Field(
        1.0, description="device pixels for one of the page"
    )
    visits: Annotated[int, Field(ge=1, le=100_000)] = 300
    attack: str | None = Field(
        None, description="the page perturbs its captchas by this attack on the breaker"
    )
    epsilon: Epsilon = Field(0.0, description="radius of that attack")
    url: LoopbackUrl | None = Field(None, description="a page of your own on this machine")
    selectors: Selectors = Selectors()

    @model_validator(mode="after")
    def _one_page(self) -> Self:
        if self.url and (self.attack or self.variant != "plain"):
            raise ValueError("variant and attack are of this project's page; leave them or the url")
        if bool(self.attack) != bool(self.epsilon):
            raise ValueError("attack and epsilon go together")
        return self
