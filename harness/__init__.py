"""What is measured: data sets, breakers, attacks, defenses, and the numbers they give.

The names below are the door for Python, see docs/python.md; each is imported when it is used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.api.attack import attack
    from harness.api.attack_result import AttackResult
    from harness.api.defend import defend
    from harness.api.detector import FittedDetector, detector
    from harness.api.models import Defended
    from harness.api.run_result import RunResult
    from harness.api.sweeps import Sweep, plan, read_sweep, run
    from harness.attacks.apgd_ce import ApgdCe
    from harness.attacks.apgd_dlr import ApgdDlr
    from harness.attacks.attack import Attack
    from harness.attacks.auto import Auto
    from harness.attacks.bim import Bim
    from harness.attacks.cw import Cw
    from harness.attacks.deepfool import DeepFool
    from harness.attacks.fab import Fab
    from harness.attacks.fgsm import Fgsm
    from harness.attacks.hop_skip_jump import HopSkipJump
    from harness.attacks.mim import Mim
    from harness.attacks.pgd import Pgd
    from harness.attacks.spatial import Spatial
    from harness.attacks.square import Square
    from harness.attacks.uniform_noise import UniformNoise
    from harness.breakers.keras_network import without_softmax
    from harness.defenses.adversarial_finetune import AdversarialFinetune
    from harness.defenses.bit_depth import BitDepth
    from harness.defenses.denoising_autoencoder import DenoisingAutoencoder
    from harness.defenses.gaussian_blur import GaussianBlur
    from harness.defenses.ibp import Ibp
    from harness.defenses.jpeg import Jpeg
    from harness.defenses.mean_blur import MeanBlur
    from harness.defenses.median import Median
    from harness.defenses.mixed_batch import MixedBatch
    from harness.defenses.pgd_training import PgdTraining
    from harness.defenses.random_resize import RandomResize
    from harness.defenses.trades import TradesTraining
    from harness.detectors.autoencoder import Autoencoder
    from harness.detectors.ensemble import DetectorEnsemble
    from harness.detectors.squeeze import Squeeze
    from harness.detectors.squeeze_and_autoencoder import SqueezeAndAutoencoder
    from harness.errors import HarnessError, RequirementError, SpecError

__version__ = "0.2.0"

_MODULES = {
    "AdversarialFinetune": "harness.defenses.adversarial_finetune",
    "ApgdCe": "harness.attacks.apgd_ce",
    "ApgdDlr": "harness.attacks.apgd_dlr",
    "Attack": "harness.attacks.attack",
    "AttackResult": "harness.api.attack_result",
    "Auto": "harness.attacks.auto",
    "Autoencoder": "harness.detectors.autoencoder",
    "Bim": "harness.attacks.bim",
    "BitDepth": "harness.defenses.bit_depth",
    "Cw": "harness.attacks.cw",
    "DeepFool": "harness.attacks.deepfool",
    "Defended": "harness.api.models",
    "DenoisingAutoencoder": "harness.defenses.denoising_autoencoder",
    "DetectorEnsemble": "harness.detectors.ensemble",
    "Fab": "harness.attacks.fab",
    "Fgsm": "harness.attacks.fgsm",
    "FittedDetector": "harness.api.detector",
    "GaussianBlur": "harness.defenses.gaussian_blur",
    "HarnessError": "harness.errors",
    "HopSkipJump": "harness.attacks.hop_skip_jump",
    "Ibp": "harness.defenses.ibp",
    "Jpeg": "harness.defenses.jpeg",
    "MeanBlur": "harness.defenses.mean_blur",
    "Median": "harness.defenses.median",
    "Mim": "harness.attacks.mim",
    "MixedBatch": "harness.defenses.mixed_batch",
    "Pgd": "harness.attacks.pgd",
    "PgdTraining": "harness.defenses.pgd_training",
    "RandomResize": "harness.defenses.random_resize",
    "RequirementError": "harness.errors",
    "RunResult": "harness.api.run_result",
    "Spatial": "harness.attacks.spatial",
    "SpecError": "harness.errors",
    "Square": "harness.attacks.square",
    "Squeeze": "harness.detectors.squeeze",
    "SqueezeAndAutoencoder": "harness.detectors.squeeze_and_autoencoder",
    "Sweep": "harness.api.sweeps",
    "TradesTraining": "harness.defenses.trades",
    "UniformNoise": "harness.attacks.uniform_noise",
    "attack": "harness.api.attack",
    "defend": "harness.api.defend",
    "detector": "harness.api.detector",
    "plan": "harness.api.sweeps",
    "read_sweep": "harness.api.sweeps",
    "run": "harness.api.sweeps",
    "without_softmax": "harness.breakers.keras_network",
}
__all__ = [
    "AdversarialFinetune",
    "ApgdCe",
    "ApgdDlr",
    "Attack",
    "AttackResult",
    "Auto",
    "Autoencoder",
    "Bim",
    "BitDepth",
    "Cw",
    "DeepFool",
    "Defended",
    "DenoisingAutoencoder",
    "DetectorEnsemble",
    "Fab",
    "Fgsm",
    "FittedDetector",
    "GaussianBlur",
    "HarnessError",
    "HopSkipJump",
    "Ibp",
    "Jpeg",
    "MeanBlur",
    "Median",
    "Mim",
    "MixedBatch",
    "Pgd",
    "PgdTraining",
    "RandomResize",
    "RequirementError",
    "RunResult",
    "Spatial",
    "SpecError",
    "Square",
    "Squeeze",
    "SqueezeAndAutoencoder",
    "Sweep",
    "TradesTraining",
    "UniformNoise",
    "attack",
    "defend",
    "detector",
    "plan",
    "read_sweep",
    "run",
    "without_softmax",
]


def __getattr__(name: str) -> Any:
    """Import a name when it is asked for."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(_MODULES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the names, those not imported yet as well."""
    return sorted({*globals(), *__all__})
