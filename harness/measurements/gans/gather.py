"""GANs: how they were trained, and what their judges found."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from harness.gans.sheets import SHEET
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.gans.run import APPRAISAL
from harness.measurements.gans.spec import GanEntry
from harness.metrics import wilson
from harness.results import checks
from harness.results.rows.gan import GanRow

SHEETS = 4  # of a training: the first, the last, and between them
NEAR, ENOUGH = 0.01, 100  # of real pictures: the nearest share; how many it takes
STUDENT = 2.262  # of 10 blocks, two-sided, 95 %


def gather_gans(finished: FinishedSteps) -> dict[str, Sequence[GanRow]]:
    """Gather a row for each GAN."""
    return {"gans": list(_rows(finished))}


def _rows(finished: FinishedSteps) -> Iterator[GanRow]:
    for one in finished.plan.find(GanEntry):
        known = {"gan": one.gan, "kind": one.kind, "dataset": one.dataset, "judge": one.judge}
        trained = finished.artifacts.get(one.imitate)
        if trained is None:
            yield GanRow(**known, status=finished.status(one.imitate))
            continue
        history = trained.notes["history"]
        found = _found(finished, one)
        yield GanRow(
            **known,
            parameters=trained.notes["parameters"],
            epochs=len(history),
            seconds=round(trained.notes["seconds"], 3),
            spread=history[-1]["spread"],
            history=tuple(history),
            sheets=tuple(_sheets(trained.path, len(history))),
            warnings=checks.drawn(
                history[-1]["spread"], found.get("near_copies", 0), found.get("drawn", 0)
            )
            + (
                checks.counted(min(found["drawn"], found["judge_read"])) if "drawn" in found else ()
            ),
            **found,
        )


def _found(finished: FinishedSteps, one: GanEntry) -> dict[str, Any]:
    """Say what the judge found, if it looked."""
    if one.appraise is None:
        return {}
    artifact = finished.artifacts.get(one.appraise)
    if artifact is None:
        return {"status": finished.status(one.appraise)}
    with np.load(artifact.path / APPRAISAL, allow_pickle=False) as appraisal:
        return figures(appraisal)


def figures(appraisal: Mapping[str, Any]) -> dict[str, Any]:
    """Columns of a row, from an appraisal: see harness.gans.appraisal.Appraisal."""
    agreed, drawn = int((appraisal["read"] == appraisal["labels"]).sum()), len(appraisal["labels"])
    found: dict[str, Any] = {}
    if len(blocks := appraisal["distances"]):
        kid, reach = blocks.mean(), STUDENT * blocks.std(ddof=1) / np.sqrt(len(blocks))
        found |= {"kid": float(kid), "kid_interval": (float(kid - reach), float(kid + reach))}
    if len(appraisal["real_distances"]):
        found["kid_of_real"] = float(appraisal["real_distances"].mean())
    if len(appraisal["from_training_real"]) >= ENOUGH:
        near = {
            name: appraisal[name] <= np.quantile(appraisal[f"{name}_real"], NEAR)
            for name in ("from_training", "from_others")
        }
        found["near_copies"] = int(near["from_training"].sum())
        found["distinct"] = int((~near["from_others"]).sum())
    read = len(appraisal["real_labels"])
    right = int((appraisal["read_real"] == appraisal["real_labels"]).sum())
    return found | {
        "judge_right": right,
        "judge_read": read,
        "judge_interval": wilson(right, read),
        "drawn": drawn,
        "agreed": agreed,
        "agreement_interval": wilson(agreed, drawn),
    }


def _sheets(folder: Path, epochs: int) -> Iterator[tuple[int, str]]:
    """Some of the sheets, evenly, the last one always."""
    chosen = np.unique(np.linspace(1, epochs, min(epochs, SHEETS)).round().astype(int))
    for epoch in chosen:
        content = (folder / SHEET.format(epoch)).read_bytes()
        yield int(epoch), base64.b64encode(content).decode()
