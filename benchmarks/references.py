"""The full-size reference experiments: their results beside the published ones."""

from dataclasses import dataclass

from benchmarks.measured import CleanRates, document

PUBLISHED = {"reference-claptcha": "98.32 % / 93.21 %", "reference-digits": "-"}


@dataclass(frozen=True)
class Reference:
    """One experiment; `published`: characters / captchas."""

    name: str
    title: str
    published: str
    breakers: tuple[CleanRates, ...]


@dataclass(frozen=True)
class References:
    """All experiments."""

    experiments: tuple[Reference, ...]


def measure() -> References:
    """Run the sweeps; steps that are done are not done again."""
    experiments = []
    for name, published in PUBLISHED.items():
        results = document(name)
        breakers = tuple(CleanRates.of(breaker) for breaker in results.breakers)
        experiments.append(Reference(name, results.title, published, breakers))
    return References(tuple(experiments))
