"""What adversarial noise on a captcha is worth, before and after the attacker trains against it."""

from benchmarks.measured import captchas_read, document
from benchmarks.page import table
from harness.results.document import Document

KNOWLEDGE = {"white_box": "made on it", "transfer": "made on the undefended one"}


def measure() -> str:
    """The sweep `defended`."""
    found = document("defended")
    radii = sorted({row.epsilon for row in found.rows})
    head = ("breaker", "defense", "noise", *(f"{epsilon:g}" for epsilon in radii))
    return "\n\n".join(
        [
            "## Captchas with noise, and breakers that were trained against it",
            "Sweep `defended`: captchas of four characters by claptcha and by captcha 0.7.1; "
            "`whole_image`, trained on 16,000 captchas, then 6 epochs more on images of PGD with "
            "3 steps within 0.1. Captcha accuracy on 500 test captchas by the radius of the noise.",
            table(head, _lines(found, radii)),
            _minutes(found),
        ]
    )


def _lines(found: Document, radii: list[float]) -> list[tuple[str, ...]]:
    curves: dict[tuple[str, ...], dict[float, str]] = {}
    for row in found.rows:
        noise = f"{row.attack}, {KNOWLEDGE.get(row.knowledge, row.knowledge)}"
        curve = curves.setdefault((row.breaker, row.defense, noise), {})
        curve[row.epsilon] = captchas_read(row.accuracy, row.status)
    return [(*of, *(read.get(one, "-") for one in radii)) for of, read in curves.items()]


def _minutes(found: Document) -> str:
    """How long the trainings took."""
    said = [
        f"{one.breaker} {one.defense} {one.seconds / 60:.0f}"
        for one in found.breakers
        if one.seconds
    ]
    return f"Minutes of training on 2 cores: {', '.join(said)}."
