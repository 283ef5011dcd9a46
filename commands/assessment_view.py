"""What the terminal shows of an assessment: what is there, each answer, the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from commands.output import say, say_json
from commands.summary import failure_line
from harness.assessment.assessment import Assessment, AssessmentRun
from harness.assessment.stages import Stage
from harness.results.attackers import Attacker
from harness.results.document import Document, Failure
from harness.results.rows.one_line import brief
from harness.results.verdict import NOTHING, Verdict, verdicts
from harness.runs.expected_time import duration
from harness.runs.run import Run
from harness.runs.run_files import ASKED
from reports.flags import flags
from reports.rates import bound

LEFT_OUT = "left out"  # what the reason of a step begins with that the deadline has ended
MORE = 3  # warnings of a folder that are printed


@dataclass(frozen=True)
class Opening:
    """What a target is, and what is going to be done with it.

    Attributes:
        asked: the assessment.
        started: its run.
        minutes: after which it stops; None: when all is done.
    """

    asked: Assessment
    started: AssessmentRun
    minutes: float | None

    def lines(self) -> Iterator[str]:
        """Write what is there, what will be done, and how long that takes."""
        yield f"{brief(self.asked.target.asked)}: {self._there()}"
        warnings = self.asked.target.options.warnings()
        yield from (f"  {brief(line)}" for line in warnings[:MORE])
        if warnings[MORE:]:
            yield f"  and {len(warnings) - MORE} more remarks, in the report"
        yield from self._tests()
        stages = "; ".join(stage.title for stage in self.started.stages)
        yield f"in order: {stages}"
        yield self._time()

    def as_json(self) -> dict[str, object]:
        """Give what is there for programs."""
        target, sizes = self.asked.target, self.asked.sizes
        return {
            "kind": target.kind,
            "target": target.asked,
            "pictures": target.files or None,
            "different": target.pictures,
            "alphabet": target.options.text_alphabet(),
            "lengths": list(target.lengths),
            "shape": list(target.options.image_shape()),
            "remarks": list(target.options.warnings()),
            "tests": sizes.test,
            "labels": [*sizes.few, sizes.labels],
        }

    def _there(self) -> str:
        """Say how many captchas there are, and of what kind."""
        target = self.asked.target
        height, width, _channels = target.options.image_shape()
        low, high = target.lengths
        alphabet = target.options.text_alphabet()
        kind = (
            f"{width} x {height} pixels, {low if low == high else f'{low} to {high}'} of the "
            f"{len(alphabet)} characters {alphabet}"
        )
        if target.kind != "folder":
            what = {"function": "a function", "generator": "a generator", "page": "a page"}
            return f"{what[target.kind]}; {kind}"
        copies = target.files - (target.pictures or 0)
        differ = f", {target.pictures:,} of them different" if copies else ""
        return f"{target.files:,} labelled images{differ}; {kind}"

    def _tests(self) -> Iterator[str]:
        """Say how test captchas are taken, and how exact figures are."""
        sizes, target = self.asked.sizes, self.asked.target
        if target.kind == "page":
            yield (
                "its captchas have no labels: the readers visit it, and the page says who passes; "
                "no breaker learns from it, and none chooses among its captchas"
            )
            yield "then an audit looks for holes in the page, by 60 requests at most"
            yield (
                "name the function that draws its captchas, or a folder of labelled ones, and "
                "trained attackers are measured too"
            )
            return
        held = "a part held out of" if target.kind == "folder" else "drawn apart from"
        yield (
            f"tests: {sizes.test:,} captchas, {held} all training; at half of them, a figure is "
            f"exact to {100 * sizes.widest:.0f} points either way (95 %)"
        )
        unused = max(0, (target.pictures or 0) - sizes.test - sizes.labels)
        more = f"; {unused:,} more are there, and --labels takes more of them" if unused else ""
        numbers = ", ".join(f"{number:,}" for number in (*sizes.few, sizes.labels))
        yield f"labels: breakers learn from {numbers} captchas{more}"

    def _time(self) -> str:
        steps, missing = len(self.started.run.steps), len(self.started.run.missing())
        if not missing:
            return f"all {steps} steps are done already"
        stop = f"; it stops after {self.minutes:g} minutes" if self.minutes else ""
        return f"{missing} of {steps} steps to do: {self.started.expected}{stop}"


@dataclass(frozen=True)
class StageView:
    """The answer so far, when a stage has ended.

    Attributes:
        stage: that has ended.
        document: what is measured by now.
        seconds: since the command began.
    """

    stage: Stage
    document: Document
    seconds: float

    def lines(self) -> Iterator[str]:
        """Write what the stage has added, and the answer so far."""
        clock = f"[{int(self.seconds) // 60}:{int(self.seconds) % 60:02d}]"
        judged = verdicts(self.document)
        new = [
            each
            for verdict in judged
            for each in verdict.attackers
            if each.name == self.stage.breaker
        ]
        failures = self._failures()
        if not new and not failures:
            return
        for attacker in new:
            yield f"{clock} {self.stage.title}: {answered(attacker)}"
        for failure in failures:
            yield f"{clock} {self.stage.title}: {failure.status}: {failure.brief}"
        if new:
            yield from (f"       so far: {verdict.sentence}" for verdict in judged)

    def _failures(self) -> list[Failure]:
        """List what went wrong in the stage; of what only follows from it, nothing."""
        labels = {step.label for step in self.stage.steps}
        there = [each for each in self.document.failures if each.step in labels]
        there = [each for each in there if not each.reason.startswith(LEFT_OUT)]
        first = [each for each in there if not each.reason.startswith("needs: ")]
        unique = {each.reason: each for each in (first or there)}
        return list(unique.values())


def answered(attacker: Attacker) -> str:
    """Write the right answers of an attacker, with their interval."""
    low, high = attacker.interval
    does = "passes" if attacker.means == "page" else "solves"
    codes = flags(attacker.warnings)
    flagged = f" - flagged: {', '.join(codes)}" if codes else ""
    if attacker.means == "choice":
        does = "gets right, of what it is sure of,"
    return (
        f"{does} {attacker.of_hundred} (95 %: {bound(low)} to {bound(high)} of 100; "
        f"{attacker.hits:,} of {attacker.trials:,}){flagged}"
    )


@dataclass(frozen=True)
class AssessmentView:
    """The end of an assessment.

    Attributes:
        run: its run.
        document: all that was measured.
        page: the report.
        stages: the answers on the way.
        seconds: of the whole command.
        opening: what there was.
    """

    run: Run
    document: Document
    page: Path
    stages: Sequence[StageView]
    seconds: float
    opening: Opening

    @property
    def verdict(self) -> Verdict | None:
        """Give the verdict; None where nothing was measured."""
        return next(iter(verdicts(self.document)), None)

    @property
    def has_failed(self) -> bool:
        """Tell whether a step failed."""
        return any(failure.status == "failed" for failure in self.document.failures)

    @property
    def left_out(self) -> list[str]:
        """List the stages that were not carried out, or not to their end, with the reason."""
        stages: dict[str, list[str]] = {}
        for view in self.stages:
            labels = {step.label for step in view.stage.steps}
            reasons = [each.brief for each in self.document.failures if each.step in labels]
            if reasons:
                reason = reasons[0].removeprefix(LEFT_OUT).lstrip(":, ")
                stages.setdefault(reason, []).append(view.stage.title)
        return [f"{'; '.join(titles)}: {reason}" for reason, titles in stages.items()]

    def crosses(self, limit: float) -> bool:
        """Tell whether an attacker may get more than a share of its answers right.

        Judged by the upper end of the 95 % interval: a gate protects the owner of a captcha, and
        so few captchas, or attackers that were left out, must not open it.
        """
        judged = self.verdict
        if judged is None or judged.open_doors:
            return True
        return not judged.complete or judged.highest > limit

    def show_end(self, limit: float | None, as_json: bool) -> None:
        """Print the sentence, the verdict, what was left out, and where everything is."""
        if as_json:
            say_json(self.as_json(limit))
            return
        for line in self.lines(limit):
            say(line)

    def lines(self, limit: float | None) -> Iterator[str]:
        """Write the end of the text."""
        judged = self.verdict
        yield ""
        yield judged.sentence if judged else NOTHING
        if judged:
            if judged.cost_sentence:
                yield judged.cost_sentence
            yield f"verdict: {judged.grade} - {judged.meaning}"
        for row in self.document.audits:
            if row.outcome == "failed":
                yield f"hole: {row.check}: {brief(row.why)}"
        for line in self.left_out:
            yield f"left out: {line}"
        for failure in self.document.failures:
            if failure.traceback:
                yield failure_line(failure, self.run.folder)
        if codes := self.document.raised_warnings():
            yield f"warnings: {', '.join(sorted(codes))}; the report explains them"
        if limit is not None:
            yield self._gate(limit)
        yield f"report: {self.page}"
        yield f"sweep: {self.sweep} (`captcha-harness run` repeats it), in {duration(self.seconds)}"

    @property
    def sweep(self) -> Path:
        """Give the path of the sweep file."""
        return self.run.folder / ASKED

    def _gate(self, limit: float) -> str:
        asked, judged = f"--fail-above {100 * limit:g}%", self.verdict
        if judged is None:
            return f"{asked}: crossed, for nothing was measured that could keep it"
        if judged.open_doors:
            return f"{asked}: crossed: {judged.meaning}"
        highest = f"up to {bound(judged.highest)} of 100 right answers are not ruled out (95 %)"
        if self.crosses(limit):
            more = "" if judged.complete else "; no breaker has learned enough from all labels"
            return f"{asked}: crossed: {highest}{more}"
        return f"{asked}: kept: {highest}"

    def as_json(self, limit: float | None) -> dict[str, object]:
        """Give it for programs."""
        return {
            "target": self.opening.as_json(),
            "run": self.run.id,
            "report": str(self.page),
            "sweep": str(self.sweep),
            "seconds": round(self.seconds, 1),
            "verdict": self.verdict.as_json() if self.verdict else None,
            "left_out": self.left_out,
            "stages": [
                {"title": view.stage.title, "breaker": view.stage.breaker, "at": view.seconds}
                for view in self.stages
            ],
            "fail_above": limit,
            "crossed": None if limit is None else self.crosses(limit),
            "failures": [failure.model_dump() for failure in self.document.failures],
            "warnings": self.document.raised_warnings(),
        }
