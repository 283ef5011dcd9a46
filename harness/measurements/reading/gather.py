"""Results of breakers on clean captchas: accuracy, training, predictions, what they misread."""

from collections import Counter
from collections.abc import Sequence
from functools import partial

import numpy as np

from harness.breakers.architecture import Architecture
from harness.calibration import calibration_error
from harness.datasets.drawing.parallel import IMAGES
from harness.datasets.generator import decode
from harness.images import pictures
from harness.measurements.finished_steps import FinishedSteps
from harness.measurements.precision.gather import gather_precision
from harness.measurements.reading.attacker_cost import attacker_cost
from harness.measurements.reading.too_low import too_low
from harness.measurements.reading.work import ReadingEntry
from harness.measurements.training.still_learning import learning_warnings
from harness.metrics import constant_accuracy, wilson
from harness.options import digest
from harness.results import checks
from harness.results.calibration import Calibration, ReliabilityBin
from harness.results.document import BreakerResult, Layer, Picture
from harness.results.rows.precision import PrecisionPoint
from harness.results.rows.prediction import Predictions
from harness.results.rows.row import UNDEFENDED, Row
from harness.seeds import child_seed
from harness.selective_prediction import Scored, by_coverage, decimal

MISREAD_SHOWN = 24
CONFUSIONS_SHOWN = 30
COVERAGES_SHOWN = 24


def gather_readings(finished: FinishedSteps) -> dict[str, Sequence[Row]]:
    """Gather the result of every breaker on clean captchas, and what it costs an attacker."""
    doubts = too_low(finished)
    entries = [
        entry
        for entry in finished.plan.find(ReadingEntry)
        if not finished.sweep.datasets[entry.dataset].stands_in
    ]
    results = [breaker_result(finished, entry, doubts.get(entry, ())) for entry in entries]
    choices = {
        (row.dataset, row.breaker): row
        for row in gather_precision(finished)["precision"]
        if row.best
    }
    costs = [
        attacker_cost(finished, entry, result, choices.get((entry.dataset, entry.breaker)))
        for entry, result in zip(entries, results, strict=True)
        if entry.defense == UNDEFENDED and not _is_single(result)
    ]
    return {"breakers": results, "attacker_costs": costs}


def _repeated(finished: FinishedSteps, reading: ReadingEntry) -> str:
    """Give the digest of all that a training does, whatever its seed."""
    spec = finished.sweep.breakers[reading.breaker]
    options = spec.options.model_copy(update={"repeat": 0})
    return digest(spec.model_copy(update={"options": options}))[:10]


def _is_single(result: BreakerResult) -> bool:
    """Tell whether it reads single characters: nobody spends tries on those."""
    return result.accuracy is not None and result.accuracy.tally.length == 1


def breaker_result(
    finished: FinishedSteps, reading: ReadingEntry, doubts: tuple[str, ...] = ()
) -> BreakerResult:
    """Gather one breaker on clean captchas: accuracy, history, predictions, what it misread.

    Args:
        finished: the finished steps of the run.
        reading: the breaker's entry in the plan.
        doubts: codes of warnings, from what other breakers of the run read.
    """
    options = finished.sweep.breakers[reading.breaker].options
    plain = reading.defense == UNDEFENDED
    recipe = options if plain and isinstance(options, Architecture) else None
    result = partial(
        BreakerResult,
        dataset=reading.dataset,
        breaker=reading.breaker,
        defense=reading.defense,
        architecture=reading.architecture,
        trained_on=reading.trained_on,
        optimizer=recipe.optimizer if recipe else "",
        loss=recipe.loss if recipe else "",
        recipe=_repeated(finished, reading) if recipe else "",
        **_learned_from(finished, reading),
    )
    if reading.reading not in finished.artifacts:
        return result(status=finished.status(reading.reading), warnings=reading.marks)
    classes, labels = finished.classes(reading.reading)
    alphabet = finished.alphabet(reading.reading)
    notes = finished.artifacts[reading.reading].notes
    # The training is shown once, with the data set that the breaker was trained on.
    shows_training = bool(reading.trained) and not reading.trained_on
    trained = finished.artifacts[reading.trained or ""].notes if shows_training else {}
    right, lengths = finished.right(reading.reading), finished.lengths(reading.reading)
    scored = finished.scored(reading.reading)
    texts = [decode(row, alphabet) for row in classes]
    targets = [decode(row, alphabet) for row in labels]
    files = finished.files(reading.reading)
    wrong = np.flatnonzero(right < lengths)[:MISREAD_SHOWN]
    images = np.load(finished.data(reading.reading).path / IMAGES, mmap_mode="r")
    confusions = Counter(
        (target, read)
        for whole, other in zip(targets, texts, strict=True)
        if len(whole) == len(other)
        for target, read in zip(whole, other, strict=True)
        if target != read
    )
    ranked = sorted(confusions.items(), key=lambda item: (-item[1], item[0]))
    accuracy = finished.accuracy(right, lengths, "reading", reading.reading)
    warnings = reading.marks
    if shows_training:
        constant = constant_accuracy(labels, finished.blank(reading.reading))
        warnings += checks.stuck(accuracy.character_interval, constant)
    return result(
        warnings=(
            *warnings,
            *learning_warnings(finished, reading),
            *doubts,
            *checks.few_captchas(len(labels)),
        ),
        parameters=notes.get("parameters"),
        right_bits=notes.get("right_bits"),
        bits=notes.get("bits"),
        seconds=round(trained["seconds"], 3) if trained else None,
        milliseconds_per_captcha=1000 * notes["read_seconds"] / len(labels),
        accuracy=accuracy,
        alphabet=alphabet,
        layers=tuple(Layer(**layer) for layer in trained.get("layers", ())),
        history=tuple(trained.get("history", ())),
        predictions=Predictions(
            files=files,
            predictions=tuple(texts),
            targets=tuple(targets),
            match=tuple((right == lengths).tolist()),
            confidence=tuple(map(decimal, scored.confidence)) if scored else (),
        ),
        calibration=_calibration(finished, reading, scored) if scored else None,
        by_coverage=tuple(
            PrecisionPoint(submitted=sent, right=hits, interval=wilson(hits, sent))
            for sent, hits in (by_coverage(scored, COVERAGES_SHOWN) if scored else ())
        ),
        misread=tuple(
            Picture(
                file=files[n],
                target=targets[n],
                prediction=texts[n],
                clean=pictures.shown(images[n]),
            )
            for n in wrong
        ),
        confusions=tuple((*pair, count) for pair, count in ranked[:CONFUSIONS_SHOWN]),
    )


def _calibration(
    finished: FinishedSteps, reading: ReadingEntry, scored: Scored
) -> Calibration | None:
    """Measure how far a breaker's confidence is from the share of its texts that is right."""
    seed = child_seed(finished.sweep.seed, "calibration", reading.reading)
    measured = calibration_error(scored.confidence, scored.right, seed)
    if measured is None:
        return None
    return Calibration(
        error=measured.error,
        by_chance=measured.by_chance,
        by_chance_high=measured.by_chance_high,
        mean_confidence=measured.mean_confidence,
        bins=tuple(
            ReliabilityBin(
                texts=each.texts,
                confidence=each.confidence,
                right=each.right,
                interval=wilson(each.right, each.texts),
            )
            for each in measured.bins
        ),
    )


def _learned_from(finished: FinishedSteps, reading: ReadingEntry) -> dict[str, int]:
    """Count training captchas and epochs: as planned, or as the training itself has found them."""
    counts = {"train_images": reading.train_images, "epochs": reading.epochs}
    artifact = finished.artifacts.get(reading.trained or "")
    if artifact is None or reading.trained_on:
        return counts
    if history := artifact.notes.get("history"):
        counts["epochs"] = int(history[-1]["epoch"])
    if "images" in artifact.notes:  # how many captchas a site has labelled
        counts["train_images"] = int(artifact.notes["images"])
    return counts
