"""Provenance of a run's figures: seed, versions, machine, seconds and digests."""

import importlib.metadata
import os
import platform
from pathlib import Path

from harness.measurements.finished_steps import FinishedSteps
from harness.options import digest
from harness.results.document import Provenance

NAMED_PACKAGES = (
    "captcha-harness", "tensorflow-cpu", "tensorflow", "keras", "numpy", "opencv-python-headless",
    "captcha", "claptcha", "pillow",
)  # fmt: skip


def provenance(finished: FinishedSteps) -> Provenance:
    """Collect seed, versions, machine, seconds and digests of a run."""
    versions = {}
    for package in NAMED_PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    spent = sum(float(artifact.notes["seconds"]) for artifact in finished.artifacts.values())
    return Provenance(
        seed=finished.sweep.seed,
        sweep_digest=digest(finished.sweep),
        versions={"python": platform.python_version(), **versions},
        machine={
            "processor": processor(),
            "cores": str(os.cpu_count()),
            "system": f"{platform.system()} {platform.release()}",
        },
        step_seconds=round(spent, 1),
        artifacts={
            f"{step.kind}/{step.digest}": step.label
            for step in finished.steps.values()
            if step.digest in finished.artifacts
        },
    )


def processor() -> str:
    """Read the name of the processor from the system."""
    facts = Path("/proc/cpuinfo")
    if facts.is_file():
        for line in facts.read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()
