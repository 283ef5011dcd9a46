"""The registry of generators, GANs, breakers, attacks, defenses and detectors: name -> class.

A class is imported only when it is used.

An installed package adds rows by entry points: group `captcha_harness.generator` (or another noun),
name = module:Class. A row of our own is never replaced. A file beside the sweep has rows as well,
see harness.row_file.
"""

import difflib
import functools
import importlib
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any

from harness.errors import SpecError
from harness.options import Options
from harness.row_file import is_file, loaded_row, row_of_file, row_of_run

GENERATORS = {
    "mnist": "harness.datasets.published.mnist:Mnist",
    "image_captcha": "harness.datasets.packages.image_captcha:ImageCaptcha",
    "claptcha": "harness.datasets.packages.claptcha:Claptcha",
    "wheezy_captcha": "harness.datasets.packages.wheezy_captcha:WheezyCaptcha",
    "django_simple_captcha": "harness.datasets.packages.django_simple_captcha:DjangoSimpleCaptcha",
    "easy_captcha": "harness.datasets.packages.easy_captcha:EasyCaptcha",
    "captcha_mixture": "harness.datasets.mixture.captcha_mixture:CaptchaMixture",
    "audio_captcha": "harness.datasets.packages.audio_captcha:AudioCaptcha",
    "svhn": "harness.datasets.published.svhn:Svhn",
    "street_numbers": "harness.datasets.street_numbers:StreetNumbers",
    "folder": "harness.datasets.folder.folder:Folder",
    "side_by_side": "harness.datasets.folder.side_by_side:SideBySide",
    "callable": "harness.datasets.user_function.callable:Callable",
    "gan": "harness.datasets.gan_captcha:GanCaptcha",
    "page": "harness.datasets.page:Page",
}
GANS = {
    "dcgan": "harness.gans.dcgan:Dcgan",
    "conditional_gan": "harness.gans.conditional_gan:ConditionalGan",
}
ARCHITECTURES = {
    "simple_cnn": "harness.breakers.simple_cnn:SimpleCnn",
    "two_conv": "harness.breakers.two_conv:TwoConv",
    "threshold_cnn": "harness.breakers.threshold_cnn:ThresholdCnn",
    "alexnet_small": "harness.breakers.alexnet_small:AlexnetSmall",
    "four_heads": "harness.breakers.four_heads:FourHeads",
    "sliced_cnn": "harness.breakers.sliced_cnn:SlicedCnn",
    "whole_image": "harness.breakers.whole_image:WholeImage",
    "spectrogram": "harness.breakers.spectrogram:Spectrogram",
    "foundation": "harness.breakers.foundation:Foundation",
    "keras": "harness.breakers.pretrained:KerasFile",
    "onnx": "harness.breakers.pretrained:OnnxFile",
    "ddddocr": "harness.breakers.ddddocr:Ddddocr",
    "captcha_whisperer": "harness.breakers.captcha_whisperer:CaptchaWhisperer",
    "tesseract": "harness.breakers.tesseract:Tesseract",
}
ATTACKS = {
    "fgsm": "harness.attacks.fgsm:Fgsm",
    "bim": "harness.attacks.bim:Bim",
    "mim": "harness.attacks.mim:Mim",
    "pgd": "harness.attacks.pgd:Pgd",
    "apgd_ce": "harness.attacks.apgd_ce:ApgdCe",
    "apgd_dlr": "harness.attacks.apgd_dlr:ApgdDlr",
    "fab": "harness.attacks.fab:Fab",
    "deepfool": "harness.attacks.deepfool:DeepFool",
    "cw": "harness.attacks.cw:Cw",
    "square": "harness.attacks.square:Square",
    "hop_skip_jump": "harness.attacks.hop_skip_jump:HopSkipJump",
    "spatial": "harness.attacks.spatial:Spatial",
    "auto": "harness.attacks.auto:Auto",
    "uniform_noise": "harness.attacks.uniform_noise:UniformNoise",
}
DEFENSES = {
    "adversarial_finetune": "harness.defenses.adversarial_finetune:AdversarialFinetune",
    "mixed_batch": "harness.defenses.mixed_batch:MixedBatch",
    "pgd_training": "harness.defenses.pgd_training:PgdTraining",
    "trades": "harness.defenses.trades:TradesTraining",
    "ibp": "harness.defenses.ibp:Ibp",
    "mean_blur": "harness.defenses.mean_blur:MeanBlur",
    "gaussian_blur": "harness.defenses.gaussian_blur:GaussianBlur",
    "median": "harness.defenses.median:Median",
    "bit_depth": "harness.defenses.bit_depth:BitDepth",
    "jpeg": "harness.defenses.jpeg:Jpeg",
    "random_resize": "harness.defenses.random_resize:RandomResize",
    "denoising_autoencoder": "harness.defenses.denoising_autoencoder:DenoisingAutoencoder",
}
DETECTORS = {
    "squeeze": "harness.detectors.squeeze:Squeeze",
    "autoencoder": "harness.detectors.autoencoder:Autoencoder",
    "joint": "harness.detectors.squeeze_and_autoencoder:SqueezeAndAutoencoder",
    "strangest": "harness.detectors.ensemble:DetectorEnsemble",
}

TABLES: Mapping[str, Mapping[str, str]] = {
    "generator": GENERATORS,
    "gan": GANS,
    "architecture": ARCHITECTURES,
    "attack": ATTACKS,
    "defense": DEFENSES,
    "detector": DETECTORS,
}


SHOWN = 60  # choices that a message names


@functools.cache
def rows(noun: str) -> Mapping[str, str]:
    """List the rows of a noun, ours and those of installed packages: name -> module:class."""
    added: dict[str, str] = {}
    for entry in entry_points(group=f"captcha_harness.{noun}"):
        before = added.get(entry.name, entry.value)
        added[entry.name] = before if before == entry.value else f"{before} and {entry.value}"
    return {**added, **TABLES.get(noun, {})}


def suggestion(name: str, choices: Iterable[str]) -> str:
    """Name the choice that is nearest to an unknown name, if it is near, then all choices."""
    known = sorted(choices)
    near = difflib.get_close_matches(name[:100], known, n=1, cutoff=0.6)
    hint = f"did you mean {near[0]!r}? " if near else ""
    more = f" and {len(known) - SHOWN} more" if len(known) > SHOWN else ""
    return f"{hint}choices: {', '.join(known[:SHOWN])}{more}"


def find(noun: str, name: str, folder: Path = Path()) -> type[Options]:
    """Import the options class of one row.

    Args:
        noun: generator, gan, architecture, attack, defense or detector.
        name: the row's name; or file.py:Class, which is run.
        folder: where a file is looked for.

    Returns:
        The class: its fields are the options, its methods do the work.

    Raises:
        SpecError: the table has no such row, and the nearest one is suggested; or the row of an
            installed package cannot be loaded.
    """
    if is_file(name):
        return row_of_file(noun, name, folder)
    table = rows(noun)
    if name not in table:
        raise SpecError(f"unknown {noun} {name!r}; {suggestion(name, table)}")
    if name not in TABLES[noun]:
        return _added(noun, name, table[name])
    module, attribute = table[name].split(":")
    row: type[Options] = getattr(importlib.import_module(module), attribute)
    return row


def installed(noun: str) -> Iterator[tuple[str, object]]:
    """Load what installed packages register under a noun that has no table here: name, object.

    Raises:
        SpecError: an entry point cannot be loaded.
    """
    for name, value in rows(noun).items():
        yield name, _loaded(noun, name, value)


def find_kept(noun: str, name: str, fields: Mapping[str, Any], text: str = "") -> type[Options]:
    """Give the class of a row as a run has kept it.

    Args:
        noun: of the row.
        name: of the row.
        fields: of the row, as they were kept.
        text: of the row's file, where it is one of a file.

    Raises:
        SpecError: the table has no such row.
        HarnessError: the row's file has changed since the run began.
    """
    return row_of_run(noun, name, fields, text) if is_file(name) else find(noun, name)


def find_loaded(noun: str, name: str, fields: Mapping[str, Any]) -> type[Options]:
    """Give the class of a row that an artifact names, which may be somebody else's: no file is run.

    Args:
        noun: of the row.
        name: of the row; one of a file must have been loaded for its sweep before.
        fields: of the row, as they were kept.

    Raises:
        SpecError: there is no such row, or it has not been loaded.
    """
    return loaded_row(noun, name, fields) if is_file(name) else find(noun, name)


@functools.cache
def _added(noun: str, name: str, value: str) -> type[Options]:
    """Load the row of an installed package; what is wrong with it becomes one line."""
    row = _loaded(noun, name, value)
    if not (isinstance(row, type) and issubclass(row, Options)):
        raise SpecError(
            f"{noun} {name!r} of an installed package: {value} is no class of options, as those of "
            "harness are"
        )
    return row


def _loaded(noun: str, name: str, value: str) -> object:
    """Load an entry point."""
    where = f"{noun} {name!r} of an installed package"
    entry = EntryPoint(name, value, f"captcha_harness.{noun}")
    if " and " in value:
        raise SpecError(f"{where}: two packages have it, {value}; uninstall one")
    try:
        return entry.load()
    except (Exception, SystemExit) as error:  # its code is run: it can raise anything
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise SpecError(f"{where}: {value} cannot be loaded ({text})") from None
