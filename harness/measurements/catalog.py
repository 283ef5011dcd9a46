"""The list of the measurements: the only place that names them all.

An installed package adds one by an entry point: group `captcha_harness.measurement`, name =
module:MEASUREMENT, a harness.measurements.measurement.Measurement.
"""

import functools
from collections.abc import Iterator

from harness.errors import SpecError
from harness.measurements.certificates.gather import gather_certificates
from harness.measurements.certificates.plan import plan_certificate
from harness.measurements.certificates.spec import CertificateEntry, Certify
from harness.measurements.curves.gather import gather_curves
from harness.measurements.curves.plan import plan_curves, plan_transfers
from harness.measurements.curves.spec import Craft, CurveEntry, Transfer
from harness.measurements.datasets.gather import gather_datasets
from harness.measurements.datasets.spec import Draw, SplitEntry, TrainGan
from harness.measurements.detection.gather import gather_detections
from harness.measurements.detection.plan import plan_detectors
from harness.measurements.detection.spec import DetectionEntry, Evade, Fit, Look
from harness.measurements.gans.gather import gather_gans
from harness.measurements.gans.plan import plan_gans
from harness.measurements.gans.spec import Appraise, GanEntry
from harness.measurements.measurement import Measurement
from harness.measurements.people.gather import gather_people
from harness.measurements.reading.gather import gather_readings
from harness.measurements.reading.plan import plan_reading, plan_readings_of_others
from harness.measurements.reading.spec import Read, ReadingEntry
from harness.measurements.training.spec import DefendedBreaker, Denoise, Strengthen, Train
from harness.measurements.visits.gather import gather_visits
from harness.measurements.visits.plan import plan_visits
from harness.measurements.visits.spec import Visit, VisitEntry
from harness.pipeline.step import Entry, Work
from harness.registry import installed

MEASUREMENTS = (
    Measurement(
        name="datasets",
        works=(Draw, TrainGan),
        entry=SplitEntry,
        gather=gather_datasets,
    ),
    Measurement(
        name="training",
        works=(Train, Strengthen, Denoise),
        entry=DefendedBreaker,
    ),
    Measurement(
        name="reading",
        works=(Read,),
        entry=ReadingEntry,
        for_defended=plan_reading,
        for_sweep=plan_readings_of_others,
        gather=gather_readings,
    ),
    Measurement(
        name="certificates",
        works=(Certify,),
        entry=CertificateEntry,
        for_defended=plan_certificate,
        gather=gather_certificates,
    ),
    Measurement(
        name="curves",
        works=(Craft, Transfer),
        entry=CurveEntry,
        for_breaker=plan_curves,
        after_trained=plan_transfers,
        gather=gather_curves,
    ),
    Measurement(
        name="detection",
        works=(Fit, Look, Evade),
        entry=DetectionEntry,
        for_breaker=plan_detectors,
        gather=gather_detections,
    ),
    Measurement(
        name="gans",
        works=(Appraise,),
        entry=GanEntry,
        for_sweep=plan_gans,
        gather=gather_gans,
    ),
    Measurement(
        name="visits",
        works=(Visit,),
        entry=VisitEntry,
        for_sweep=plan_visits,
        gather=gather_visits,
    ),
    Measurement(name="people", gather=gather_people),
)


@functools.cache
def measurements() -> tuple[Measurement, ...]:
    """List all measurements: ours, then those of installed packages.

    Raises:
        SpecError: an entry point gives no measurement, or one of a name that is taken.
    """
    listed = list(MEASUREMENTS)
    for name, added in installed("measurement"):
        if not isinstance(added, Measurement):
            raise SpecError(
                f"entry point captcha_harness.measurement: {name} gives {type(added).__name__}; it "
                "must be a harness.measurements.measurement.Measurement"
            )
        if added.name in {other.name for other in listed}:
            raise SpecError(f"two measurements are called {added.name!r}; uninstall one")
        listed.append(added)
    return tuple(listed)


def works() -> dict[str, type[Work]]:
    """Give the kinds of steps of all measurements, by their words."""
    return {str(work.model_fields["step"].default): work for work in _works()}


def _works() -> Iterator[type[Work]]:
    for measurement in measurements():
        yield from measurement.works


def entries() -> dict[str, type[Entry]]:
    """Give the classes of entries, by measurement."""
    return {each.name: each.entry for each in measurements() if each.entry}
