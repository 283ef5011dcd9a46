"""The catalog of measurements: the only module that names them all.

An installed package adds one by an entry point: group `captcha_harness.measurement`, name =
module:MEASUREMENT, a harness.measurements.measurement.Measurement.
"""

import functools
from collections.abc import Mapping

from harness.errors import SpecError
from harness.measurements.audits.gather import gather_audits
from harness.measurements.audits.plan import plan_audits
from harness.measurements.audits.run import audit
from harness.measurements.audits.work import Audit, AuditEntry
from harness.measurements.certificates.gather import gather_certificates
from harness.measurements.certificates.plan import plan_certificate
from harness.measurements.certificates.run import certify
from harness.measurements.certificates.work import CertificateEntry, Certify
from harness.measurements.curves.gather import gather_curves
from harness.measurements.curves.plan import plan_curves, plan_transfers
from harness.measurements.curves.run import craft, transfer
from harness.measurements.curves.work import Craft, CurveEntry, Transfer
from harness.measurements.datasets.gan_training import train_gan
from harness.measurements.datasets.gather import gather_datasets
from harness.measurements.datasets.run import draw_split
from harness.measurements.datasets.work import Draw, SplitEntry, TrainGan
from harness.measurements.detection.gather import gather_detections
from harness.measurements.detection.plan import plan_detectors
from harness.measurements.detection.run import evade, fit, look
from harness.measurements.detection.work import DetectionEntry, Evade, Fit, Look
from harness.measurements.free_labels.gather import gather_free_labels
from harness.measurements.free_labels.plan import plan_free_labels
from harness.measurements.free_labels.run import collect, read_held_out
from harness.measurements.free_labels.work import Collect, FreeLabelsEntry, ReadHeldOut
from harness.measurements.gans.gather import gather_gans
from harness.measurements.gans.plan import plan_gans
from harness.measurements.gans.run import appraise
from harness.measurements.gans.work import Appraise, GanEntry
from harness.measurements.measurement import CarryOut, Measurement
from harness.measurements.people.gather import gather_people
from harness.measurements.precision.gather import gather_precision
from harness.measurements.precision.plan import plan_precision
from harness.measurements.precision.work import PrecisionEntry
from harness.measurements.reading.gather import gather_readings
from harness.measurements.reading.plan import plan_reading, plan_readings_of_others
from harness.measurements.reading.run import read
from harness.measurements.reading.work import Read, ReadingEntry
from harness.measurements.training.run import (
    adapt_foundation,
    import_file,
    strengthen,
    train,
    train_denoiser,
)
from harness.measurements.training.work import (
    Adapt,
    DefendedBreaker,
    Denoise,
    Import,
    Strengthen,
    Train,
)
from harness.measurements.visits.gather import gather_visits
from harness.measurements.visits.plan import plan_visits
from harness.measurements.visits.run import visit
from harness.measurements.visits.work import Visit, VisitEntry
from harness.pipeline.step import Entry, Work
from harness.registry import installed

MEASUREMENTS = (
    Measurement(
        name="datasets",
        works={Draw: draw_split, TrainGan: train_gan},
        entry=SplitEntry,
        gather=gather_datasets,
    ),
    Measurement(
        name="training",
        works={
            Train: train,
            Adapt: adapt_foundation,
            Import: import_file,
            Strengthen: strengthen,
            Denoise: train_denoiser,
        },
        entry=DefendedBreaker,
    ),
    Measurement(
        name="reading",
        works={Read: read},
        entry=ReadingEntry,
        for_defended=plan_reading,
        for_sweep=plan_readings_of_others,
        gather=gather_readings,
    ),
    Measurement(
        name="free_labels",
        works={Collect: collect, ReadHeldOut: read_held_out},
        entry=FreeLabelsEntry,
        for_defended=plan_free_labels,
        gather=gather_free_labels,
    ),
    Measurement(
        name="certificates",
        works={Certify: certify},
        entry=CertificateEntry,
        for_defended=plan_certificate,
        gather=gather_certificates,
    ),
    Measurement(
        name="curves",
        works={Craft: craft, Transfer: transfer},
        entry=CurveEntry,
        for_breaker=plan_curves,
        after_trained=plan_transfers,
        gather=gather_curves,
    ),
    Measurement(
        name="detection",
        works={Fit: fit, Look: look, Evade: evade},
        entry=DetectionEntry,
        for_breaker=plan_detectors,
        gather=gather_detections,
    ),
    Measurement(
        name="gans",
        works={Appraise: appraise},
        entry=GanEntry,
        for_sweep=plan_gans,
        gather=gather_gans,
    ),
    Measurement(
        name="visits",
        works={Visit: visit},
        entry=VisitEntry,
        for_sweep=plan_visits,
        gather=gather_visits,
    ),
    Measurement(
        name="audits",
        works={Audit: audit},
        entry=AuditEntry,
        for_sweep=plan_audits,
        gather=gather_audits,
    ),
    Measurement(
        name="precision",
        entry=PrecisionEntry,
        for_sweep=plan_precision,
        gather=gather_precision,
    ),
    Measurement(name="people", gather=gather_people),
)


@functools.cache
def measurements() -> tuple[Measurement, ...]:
    """List all measurements: those of this project, then those of installed packages.

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


@functools.cache
def functions() -> dict[type[Work], CarryOut]:
    """List the kinds of work of all measurements, each with the function that carries it out."""
    return {work: do for measured in measurements() for work, do in measured.works.items()}


@functools.cache
def works() -> Mapping[str, type[Work]]:
    """List the kinds of work of all measurements, by the name of their step."""
    return {str(work.model_fields["step"].default): work for work in functions()}


def entries() -> dict[str, type[Entry]]:
    """List the classes of entries, by measurement."""
    return {measured.name: measured.entry for measured in measurements() if measured.entry}
