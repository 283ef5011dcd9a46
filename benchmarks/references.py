"""The full-size reference experiments: what they found."""

from benchmarks.measured import document, rates
from benchmarks.page import table

PUBLISHED = {"reference-claptcha": "98.32 % / 93.21 %", "reference-digits": "-"}


def measure() -> str:
    """Run both sweeps (steps that are done are not done again) and tell their figures."""
    parts = ["## The reference experiments at full size"]
    for name, published in PUBLISHED.items():
        found = document(name)
        rows = [(breaker.breaker, *rates(breaker)) for breaker in found.breakers]
        parts.append(f"`{name}`: {found.title}. Published (characters / captchas): {published}.")
        parts.append(table(("breaker", "characters", "captchas", "95 % of captchas"), rows))
    return "\n\n".join(parts)
