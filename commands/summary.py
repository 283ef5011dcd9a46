"""The results of a run in a few lines of text, or as one document."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from harness.results.document import BreakerResult, DatasetResult, Document, Failure
from harness.results.gate import gate
from harness.results.rows.free_labels import FreeLabelsRow
from harness.results.rows.gan import GanRow
from harness.results.rows.one_line import brief
from harness.results.rows.result import WORST_CASE, ResultRow
from harness.results.rows.row import UNDEFENDED
from harness.results.rows.visit import VisitRow
from harness.results.tally import percent
from harness.results.verdict import verdicts
from reports.choosing import best_choice
from reports.flags import flags
from reports.rates import Rate, captcha_rate, character_rate, radius
from reports.tries_spent import furthest, learned


@dataclass(frozen=True)
class Summary:
    """The results of a run in short.

    Attributes:
        document: all that was measured.
        page: where the report is.
        folder: of the run, for the paths of tracebacks.
    """

    document: Document
    page: Path
    folder: Path | None = None

    def as_json(self) -> dict[str, object]:
        """Give all figures: the rows of the CSV files, and what the warnings mean."""
        document = self.document
        aimed = [row for row in document.rows if row.on_target is not None]
        return {
            "run": document.run,
            "report": str(self.page),
            "tries_per_day": document.tries_per_day,
            "loads_per_day": document.loads_per_day,
            "failures": [failure.model_dump() for failure in document.failures],
            "datasets": [data.model_dump(exclude={"pictures"}) for data in document.datasets],
            "breakers": [row.columns() for row in document.breakers],
            "rows": [row.columns() for row in document.rows],
            "targets": [row.target_columns() for row in aimed],
            "free_labels": [row.columns() for row in document.free_labels],
            "certified": [row.columns() for row in document.certified],
            "detections": [row.columns() for row in document.detections],
            "precision": [row.columns() for row in document.precision],
            "visits": [row.columns() for row in document.visits],
            "audits": [row.columns() for row in document.audits],
            "gans": [row.columns() for row in document.gans],
            "attacker_costs": [row.columns() for row in document.attacker_costs],
            "further": {
                table.name: [dict(zip(table.columns, row, strict=True)) for row in table.rows]
                for table in document.extra
            },
            "verdicts": [verdict.as_json() for verdict in verdicts(document)],
            "limits": [check.as_json() for check in gate(document)],
            "people": [row.model_dump() for row in document.people],
            "warnings": document.raised_warnings(),
        }

    def as_text(self) -> str:
        """Write the key results, and where the report is."""
        return "\n".join([*lines(self.document, self.folder), f"report: {self.page}"])


def lines(document: Document, folder: Path | None = None) -> Iterator[str]:
    """Write the key results: a line for each breaker; failures; warnings.

    Args:
        document: all that was measured.
        folder: of the run, for the paths of tracebacks.
    """
    for dataset in document.datasets:
        yield from _data(dataset)
    for breaker in document.breakers:
        yield _breaker(document, breaker)
    rounds: dict[tuple[str, str], list[FreeLabelsRow]] = {}
    for row in document.free_labels:
        rounds.setdefault((row.dataset, row.breaker), []).append(row)
    for (name, asks), rows in rounds.items():
        row = furthest(rows)
        yield f"{name}: {asks}: {learned(row)}{_flagged(row.warnings)}"
    for gan in document.gans:
        yield f"{gan.gan}, trained on {gan.dataset}: {_drawn(gan)}"
    for page in document.visits:
        yield from _visited(page)
    for audited in document.audits:
        if audited.outcome == "failed":
            yield f"{audited.page}: hole: {audited.check}: {brief(audited.why)}"
    for verdict in verdicts(document):
        yield f"{verdict.dataset}: {verdict.grade}: {verdict.sentence}"
    for check in gate(document):
        yield str(check)
    for failure in document.failures:
        yield failure_line(failure, folder)
    if codes := document.raised_warnings():
        yield f"warnings: {', '.join(sorted(codes))}; the report explains them"


def _data(dataset: DatasetResult) -> Iterator[str]:
    """Write what is odd about a data set."""
    if dataset.unreadable:
        yield f"{dataset.dataset}: {_counted(len(dataset.unreadable), 'file')} left out"
    if dataset.plain:
        yield f"{dataset.dataset}: {_counted(dataset.plain, 'picture')} of one color, and empty"
    for line in dataset.label_warnings:
        yield f"{dataset.dataset}: {brief(line)}"


def _counted(number: int, noun: str) -> str:
    """Write a number of things."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _breaker(document: Document, breaker: BreakerResult) -> str:
    """Write what a breaker reads, clean and under the worst of all attacks."""
    after = "" if breaker.defense == UNDEFENDED else f" with {breaker.defense}"
    name = f"{breaker.dataset}: {breaker.breaker}{after}"
    if breaker.accuracy is None:
        return f"{name}: {breaker.status}"
    rate, captcha = captcha_rate(breaker.accuracy), breaker.accuracy.tally.length > 1
    unit = "captchas" if captcha else "images"
    text = f"{name} reads {rate.shown} of {rate.trials:,} {unit} (95 %: {rate.span})"
    if captcha and rate.trials:
        if not after:
            text += f", {_a_day(rate, document.tries_per_day)}{_choosing(document, breaker)}"
        text += f"; {character_rate(breaker.accuracy).shown} of characters"
    text += _flagged(breaker.warnings)
    worst = [
        _attacked(row, rate.trials)
        for row in document.rows
        if (row.dataset, row.breaker, row.defense, row.attack)
        == (breaker.dataset, breaker.breaker, breaker.defense, WORST_CASE)
        and row.accuracy
        and row.epsilon > 0
    ]
    return text + (f"; attacked: {', '.join(worst)}" if worst else "")


def _a_day(rate: Rate, tries: int) -> str:
    """Write how many of the tries of a day are let in; where none was, how many could be."""
    if not rate.hits:
        return f"up to {rate.interval[1] * tries:,.0f} of the {tries:,} tries a day not ruled out"
    return f"{tries * rate.hits / rate.trials:,.0f} of the {tries:,} tries a day"


def _choosing(document: Document, breaker: BreakerResult) -> str:
    """Write what is solved a day when only the surest are submitted; empty where it is no more."""
    choice = best_choice(document, breaker)
    if choice is None or not choice.helps:
        return ""
    precision = choice.precision
    further = [code for code in choice.flags if code not in breaker.warnings]
    return (
        f"; of the surest {choice.submitted} it reads {precision.shown} (95 %: {precision.span}), "
        f"{choice.solved:,.0f} a day{_flagged(further)}"
    )


def _attacked(row: ResultRow, captchas: int) -> str:
    """Write what a breaker reads under attack; n only where it differs from the clean ones."""
    if row.accuracy is None:
        return row.status
    rate = captcha_rate(row.accuracy)
    of = "" if rate.trials == captchas else f" of {rate.trials:,}"
    remarks = [f"{row.norm} {radius(row.epsilon)}", f"95 %: {rate.span}", *flags(row.warnings)]
    return f"{rate.shown}{of} ({'; '.join(remarks)})"


def _flagged(warnings: Sequence[str]) -> str:
    """Write the warnings of a figure; empty where there are none."""
    codes = flags(warnings)
    return f" - flagged: {', '.join(codes)}" if codes else ""


def _drawn(gan: GanRow) -> str:
    """Write how many of a GAN's pictures are read as what they were to be."""
    if not gan.drawn or gan.agreement_interval is None:
        return gan.status
    rate = Rate(gan.agreed or 0, gan.drawn, gan.agreement_interval)
    return (
        f"{rate.shown} of {rate.trials:,} read as meant (95 %: {rate.span}){_flagged(gan.warnings)}"
    )


def _visited(page: VisitRow) -> Iterator[str]:
    """Write how often a breaker passes a captcha page."""
    if not page.visits:
        yield f"{page.variant}: {page.breaker}: {page.status}"
        return
    rate = Rate(page.passed, page.visits, page.interval)
    offline = "" if page.offline is None else f", offline {percent(page.offline, page.visits)}"
    yield (
        f"{page.variant}: {page.breaker} passes {rate.shown} of {rate.trials:,} visits "
        f"(95 %: {rate.span}){offline}{_loaded(page)}{_flagged(page.warnings)}"
    )
    if page.stuck:
        yield f"{page.variant}: {page.stuck} came to no answer: {page.brief}"


def _loaded(page: VisitRow) -> str:
    """Write how many captchas were loaded, where visits waited for one that is surely read."""
    if not page.submitted or not page.loads or page.loads <= page.visits:
        return ""
    return (
        f", {percent(page.passed, page.submitted)} of the {page.submitted:,} that submitted, for "
        f"{page.loads:,} captchas loaded"
    )


def failure_line(failure: Failure, folder: Path | None) -> str:
    """Write what failed and why, and where the traceback of a defect is: below a run's folder."""
    text = f"{failure.status}: {brief(failure.step)}: {failure.brief}"
    if not failure.traceback:
        return text
    return f"{text} (traceback: {(folder or Path()) / failure.traceback})"
