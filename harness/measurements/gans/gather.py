"""Rows of gans.csv: the training of each GAN, and the appraisal of its pictures."""

import base64
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypedDict

import numpy as np
import numpy.typing as npt

from harness.gans.sheets import SHEET
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.gans.run import APPRAISAL
from harness.measurements.gans.work import GanEntry
from harness.metrics import wilson
from harness.results import checks
from harness.results.rows.gan import GanRow
from harness.results.rows.row import Status
from harness.results.tally import Interval

SHEETS = 4  # of a training: the first, the last, and between them
NEAR, ENOUGH = 0.01, 100  # of real pictures: the nearest share; how many it takes
STUDENT = 2.262  # of 10 blocks, two-sided, 95 %


class Appraised(TypedDict, total=False):
    """The fields of a GanRow that its judge decides."""

    status: Status
    kid: float
    kid_interval: Interval
    kid_of_real: float
    near_copies: int
    distinct: int
    judge_right: int
    judge_read: int
    judge_interval: Interval
    drawn: int
    agreed: int
    agreement_interval: Interval


def gather_gans(finished: FinishedSteps) -> dict[str, Sequence[GanRow]]:
    """Gather a row for each GAN."""
    return {"gans": list(_rows(finished))}


def _rows(finished: FinishedSteps) -> Iterator[GanRow]:
    for entry in finished.plan.find(GanEntry):
        row = partial(
            GanRow, gan=entry.gan, kind=entry.kind, dataset=entry.dataset, judge=entry.judge
        )
        trained = finished.artifacts.get(entry.imitate)
        if trained is None:
            yield row(status=finished.status(entry.imitate))
            continue
        history = trained.notes["history"]
        appraised = _appraised(finished, entry)
        pictures = appraised.get("drawn", 0)
        warnings = checks.gan_warnings(
            history[-1]["spread"], appraised.get("near_copies", 0), pictures
        )
        if "drawn" in appraised:
            warnings += checks.few_captchas(min(pictures, appraised["judge_read"]))
        yield row(
            parameters=trained.notes["parameters"],
            epochs=len(history),
            seconds=round(trained.notes["seconds"], 3),
            spread=history[-1]["spread"],
            history=tuple(history),
            sheets=tuple(_sheets(trained.path, len(history))),
            warnings=warnings,
            **appraised,
        )


def _appraised(finished: FinishedSteps, entry: GanEntry) -> Appraised:
    """Compute the figures of a GAN's appraisal, if it has a judge that is done."""
    if entry.appraise is None:
        return {}
    artifact = finished.artifacts.get(entry.appraise)
    if artifact is None:
        return {"status": finished.status(entry.appraise)}
    with np.load(artifact.path / APPRAISAL, allow_pickle=False) as appraisal:
        return figures(appraisal)


def figures(appraisal: Mapping[str, npt.NDArray[np.floating]]) -> Appraised:
    """Compute the figures of a row from the arrays of a harness.gans.appraisal.Appraisal."""
    agreed, drawn = int((appraisal["read"] == appraisal["labels"]).sum()), len(appraisal["labels"])
    appraised: Appraised = {}
    if len(blocks := appraisal["distances"]):
        kid, reach = blocks.mean(), STUDENT * blocks.std(ddof=1) / np.sqrt(len(blocks))
        appraised["kid"] = float(kid)
        appraised["kid_interval"] = float(kid - reach), float(kid + reach)
    if len(appraisal["real_distances"]):
        appraised["kid_of_real"] = float(appraisal["real_distances"].mean())
    if len(appraisal["from_training_real"]) >= ENOUGH:
        near = {
            name: appraisal[name] <= np.quantile(appraisal[f"{name}_real"], NEAR)
            for name in ("from_training", "from_others")
        }
        appraised["near_copies"] = int(near["from_training"].sum())
        appraised["distinct"] = int((~near["from_others"]).sum())
    read = len(appraisal["real_labels"])
    right = int((appraisal["read_real"] == appraisal["real_labels"]).sum())
    return appraised | {
        "judge_right": right,
        "judge_read": read,
        "judge_interval": wilson(right, read),
        "drawn": drawn,
        "agreed": agreed,
        "agreement_interval": wilson(agreed, drawn),
    }


def _sheets(folder: Path, epochs: int) -> Iterator[tuple[int, str]]:
    """Read sheets of some epochs, evenly spaced, the last included: epoch, PNG in base64."""
    chosen = np.unique(np.linspace(1, epochs, min(epochs, SHEETS)).round().astype(int))
    for epoch in chosen:
        content = (folder / SHEET.format(epoch)).read_bytes()
        yield int(epoch), base64.b64encode(content).decode()
