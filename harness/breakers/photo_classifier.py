"""Classifiers of photographs, which the command attack-image attacks."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from harness.array_types import Floats, KerasModel, Tensor
from harness.backend import keras, tf
from harness.errors import RequirementError, SpecError

MODELS = ("squeezenet", "inception_v3")


@dataclass(frozen=True)
class PhotoClassifier:
    """A model of images [batch, height, width, channels] in [-1, 1], and its classes' names.

    Attributes:
        model: gives logits, or probabilities, [batch, classes].
        names: of the classes.
        size: height and width of its images.
        channels: 3 for RGB, 1 for gray.
        squashed: whether the model gives probabilities.
    """

    model: KerasModel
    names: tuple[str, ...]
    size: tuple[int, int]
    channels: int = 3
    squashed: bool = False

    def log_chances(self, images: Tensor) -> Tensor:
        """Compute the logarithms of the classes' probabilities, float32 [batch, classes]."""
        answer = self.model(images, training=False)
        return tf.math.log(answer + 1e-12) if self.squashed else tf.nn.log_softmax(answer)

    def chances(self, image: Floats) -> Floats:
        """Compute the probabilities [classes] of one image [height, width, channels]."""
        probabilities: Floats = np.exp(self.log_chances(image[None]).numpy()[0])
        return probabilities

    def number(self, name: str) -> int:
        """Give the class number of a class's name, or of a number as text.

        Raises:
            SpecError: there is none; near names are listed.
        """
        from harness.registry import suggestion

        if name in self.names:
            return self.names.index(name)
        if name.isdigit() and int(name) < len(self.names):
            return int(name)
        near = sorted(known for known in self.names if name.lower() in known.lower())[:10]
        hint = f"did you mean one of: {', '.join(near)}" if near else suggestion(name, self.names)
        raise SpecError(f"no class {name!r}; {hint[:400]}, or a number from 0")


def photo_classifier(model: str, weights: str | None, sources: Path) -> PhotoClassifier:
    """Load a classifier by name, or from the folder of a trained breaker.

    Args:
        model: squeezenet, inception_v3, or a folder with weights.npz and breaker.json.
        weights: for inception_v3: a file that Keras reads, or "random"; None: Keras's own.
        sources: the folder of downloads.

    Raises:
        SpecError: there is no such model.
        RequirementError: its weights cannot be had.
    """
    if model == "squeezenet":
        from harness.breakers.imagenet_source import fetch
        from harness.breakers.squeezenet import SIDE, squeezenet

        with np.load(fetch(sources), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        names = tuple(str(name) for name in arrays.pop("names"))
        return PhotoClassifier(squeezenet(arrays), names, (SIDE, SIDE))
    if model == "inception_v3":
        return PhotoClassifier(_inception(weights), _names(sources), (299, 299), squashed=True)
    if (Path(model) / "breaker.json").is_file():
        return _breaker(Path(model))
    raise SpecError(
        f"no model {model!r}; choices: {', '.join(MODELS)}, or the folder of a trained breaker"
    )


def _inception(weights: str | None) -> KerasModel:
    """Load InceptionV3 of keras.applications, whose images are in [-1, 1] already."""
    source = {None: "imagenet", "random": None}.get(weights, weights)
    if source not in (None, "imagenet") and not Path(source).is_file():
        raise SpecError(f"--weights {source!r}: there is no such file; or --weights random")
    try:
        return keras.applications.InceptionV3(weights=source)
    except Exception as error:
        reason = (str(error) or type(error).__name__).splitlines()[0][:160]
        raise RequirementError(
            f"the weights of inception_v3 cannot be had ({reason}); give --weights FILE, or "
            "--weights random, or --model squeezenet"
        ) from None


def _names(sources: Path) -> tuple[str, ...]:
    """Give the class names of ImageNet where they can be had, else numbers."""
    from harness.breakers.imagenet_source import CLASSES, fetch

    try:
        with np.load(fetch(sources), allow_pickle=False) as file:
            return tuple(str(name) for name in file["names"])
    except RequirementError:
        return tuple(str(number) for number in range(CLASSES))


def _breaker(folder: Path) -> PhotoClassifier:
    """Load a breaker that reads one character as a classifier."""
    from harness.breakers import saved_breaker

    model, spec = saved_breaker.load(folder)
    if spec["length"] != 1:
        raise SpecError(
            f"{folder} reads {spec['length']} characters; attack-image takes models of one class "
            "an image: attack captchas in a sweep"
        )
    height, width, channels = spec["shape"]
    pixels = keras.Input((height, width, channels))
    logits = model((pixels + 1) / 2)[:, 0]
    nothing = ("nothing",) if spec["blank"] is not None else ()
    names = (*spec["alphabet"], *nothing)
    return PhotoClassifier(keras.Model(pixels, logits), names, (height, width), channels)
