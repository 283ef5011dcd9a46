"""What adversarial noise on a captcha is worth, before and after the attacker trains against it."""

from dataclasses import dataclass

from benchmarks.measured import captchas_read, document
from harness.results.document import Document

KNOWLEDGE = {"white_box": "made on it", "transfer": "made on the undefended one"}


@dataclass(frozen=True)
class NoiseCurve:
    """What one breaker reads under one attack, at each radius."""

    breaker: str
    defense: str
    noise: str
    left: tuple[str, ...]


@dataclass(frozen=True)
class Defended:
    """All curves, and the minutes of the trainings by breaker and defense."""

    radii: tuple[float, ...]
    curves: tuple[NoiseCurve, ...]
    minutes: tuple[tuple[str, str, float], ...]


def measure() -> Defended:
    """Carry out the sweep `defended`."""
    results = document("defended")
    radii = tuple(sorted({row.epsilon for row in results.rows}))
    minutes = tuple(
        (breaker.breaker, breaker.defense, breaker.seconds / 60)
        for breaker in results.breakers
        if breaker.seconds
    )
    return Defended(radii, _curves(results, radii), minutes)


def _curves(results: Document, radii: tuple[float, ...]) -> tuple[NoiseCurve, ...]:
    curves: dict[tuple[str, str, str], dict[float, str]] = {}
    for row in results.rows:
        noise = f"{row.attack}, {KNOWLEDGE.get(row.knowledge, row.knowledge)}"
        curve = curves.setdefault((row.breaker, row.defense, noise), {})
        curve[row.epsilon] = captchas_read(row.accuracy, row.status)
    return tuple(
        NoiseCurve(*key, tuple(read.get(epsilon, "-") for epsilon in radii))
        for key, read in curves.items()
    )
