"""Foolbox as a second peer: the same network and images, in its own environment and process."""

import json
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from harness.breakers.exported import export_model

ROOT = Path(__file__).parents[1]
PYTHON = ROOT / ".venv-foolbox" / "bin" / "python"
PROGRAM = ROOT / "benchmarks" / "foolbox_peer.py"


class Foolbox:
    """The running peer."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        """Take a process that has been started."""
        self.process = process

    def curve(self, radii: Sequence[float]) -> tuple[float, list[float]]:
        """Give the seconds of PGD-40 at all radii, in turn, and the accuracy left at each."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the peer is started with pipes")
        self.process.stdin.write(json.dumps(list(radii)) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer["seconds"], answer["left"]


@contextmanager
def foolbox(
    trained: Path, images: npt.NDArray[np.uint8], labels: npt.NDArray[np.uint8]
) -> Iterator[Foolbox]:
    """Start Foolbox on an exported breaker.

    Args:
        trained: the folder of a breaker in the store.
        images: uint8 [n, height, width, channels].
        labels: the right classes, uint8 [n, 1].
    """
    if not PYTHON.exists():
        raise SystemExit(f"Foolbox needs its own environment: make {PYTHON.parts[-3]}/installed")
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        export_model(trained, folder)
        np.savez(folder / "images.npz", allow_pickle=False, images=images, labels=labels[:, 0])
        with subprocess.Popen(
            [PYTHON, PROGRAM, folder],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            yield Foolbox(process)
            process.terminate()
