"""The full-size reference experiments: what they found."""

from pathlib import Path

from benchmarks.page import table
from harness import sweepfile
from harness.results import BreakerResult, percent
from workers.here import carry_out_all
from workers.home import start
from workers.progress import Lines

HOME = Path(__file__).parents[1] / "runs"
PUBLISHED = {"reference-claptcha": "98.32 % / 93.21 %", "reference-digits": "-"}


def measure() -> str:
    """Run both sweeps (steps that are done are not done again) and tell their figures."""
    parts = ["## The reference experiments at full size"]
    for name, published in PUBLISHED.items():
        run = start(sweepfile.locate(name), HOME)
        carry_out_all(run, Lines())
        document, _page = run.report()
        rows = [_row(breaker) for breaker in document.breakers]
        head = ("breaker", "characters", "captchas", "95 % of captchas")
        parts.append(f"`{name}`: {document.title}. Published (characters / captchas): {published}.")
        parts.append(table(head, rows))
    return "\n\n".join(parts)


def _row(breaker: BreakerResult) -> tuple[str, ...]:
    if breaker.accuracy is None:
        return (breaker.breaker, breaker.status, "", "")
    tally = breaker.accuracy.tally
    low, high = breaker.accuracy.captcha_interval
    return (
        breaker.breaker,
        percent(tally.right_characters, tally.characters, 2),
        percent(tally.right_captchas, tally.captchas, 2),
        f"{100 * low:.2f} to {100 * high:.2f}",
    )
