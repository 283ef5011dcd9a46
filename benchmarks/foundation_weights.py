"""The weights of the foundation breaker, packed from a run of fixtures/sweeps/foundation.toml.

    python -m benchmarks.foundation_weights [HOME]

Writes fixtures/foundation: weights.npz (float16), breaker.json, training.json with what the run
measured, and SHA256SUMS.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

from harness.breakers import saved_breaker
from harness.breakers.architecture_spec import SPEC_FILE, describe
from harness.breakers.foundation import FOLDER
from harness.results.rows.row import UNDEFENDED
from harness.runs.creation import start
from harness.runs.document import gather
from harness.sweep.sweepfile import locate

BREAKER, HOME = "foundation", "runs"
FIGURES = ("dataset", "breaker", "captcha_accuracy", "character_accuracy", "n_captchas")


def pack(home: Path, folder: Path = FOLDER) -> None:
    """Pack the weights of a run's foundation breaker.

    Args:
        home: of the run.
        folder: where the files go.
    """
    run = start(locate(BREAKER), home)
    model, spec = saved_breaker.load(run.trained(BREAKER))
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {f"w{n:03d}": weight.numpy() for n, weight in enumerate(model.weights)}
    half = {name: array.astype(np.float16) for name, array in arrays.items()}
    np.savez_compressed(folder / saved_breaker.WEIGHTS, allow_pickle=False, **half)
    describe(folder, spec)
    document = gather(run)
    facts = {
        "sweep": "fixtures/sweeps/foundation.toml",
        "steps": {step.label: step.digest for step in run.steps},
        "figures": [
            {key: row.columns()[key] for key in FIGURES}
            for row in document.breakers
            if row.defense == UNDEFENDED
        ],
        "training_seconds": {
            row.breaker: row.seconds for row in document.breakers if row.seconds is not None
        },
        "machine": document.provenance.machine,
        "versions": document.provenance.versions,
    }
    text = json.dumps(facts, indent=1, sort_keys=True)
    (folder / "training.json").write_text(f"{text}\n", encoding="utf-8")
    names = (SPEC_FILE, saved_breaker.WEIGHTS, "training.json")
    sums = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}" for name in names]
    (folder / "SHA256SUMS").write_text("\n".join([*sums, ""]), encoding="utf-8")


if __name__ == "__main__":
    pack(Path(sys.argv[1] if len(sys.argv) > 1 else HOME))
