"""What reads which captchas: the sweeps `readers`, `versions`, `packages` and `audio`."""

import statistics
from collections.abc import Sequence

from benchmarks.measured import document, rates
from benchmarks.page import table
from harness.results.document import BreakerResult

OURS = "whole_image"
CONFUSED = 12  # pairs named
TENS = 10  # milliseconds from which on their fractions do not matter
HEAD = ("data set", "breaker", "characters", "captchas", "95 % of captchas", "ms each")


def readers() -> str:
    """Digits, one case, both cases, several lengths; ours beside ready-made readers."""
    found = document("readers")
    rows = [
        (one.dataset, one.architecture, *rates(one), _milliseconds(one)) for one in found.breakers
    ]
    pairs = "; ".join(
        f"{one.dataset}: "
        + ", ".join(f"{a} read as {b} {n}" for a, b, n in one.confusions[:CONFUSED])
        for one in found.breakers
        if one.architecture == OURS and one.dataset != "digits"
    )
    return "\n\n".join(
        [
            "## captcha 0.7.1: our breaker and ready-made readers",
            "Sweep `readers`: 4 characters of 10 digits; of 36, lower-case; of 62, both cases; and "
            "4 to 6 of 36, lower-case. 2,000 test captchas each, the same for all. whole_image is "
            "trained on 60,000 captchas; the readers are as they come (captcha-whisperer knows "
            "upper-case letters and digits).",
            table(HEAD, _by_first(rows)),
            f"What whole_image takes for what, of 2,000 captchas. {pairs}.",
        ]
    )


def versions() -> str:
    """Which version of the package is the strongest."""
    found = document("versions")
    names = list(dict.fromkeys(one.dataset for one in found.breakers))
    architectures = list(dict.fromkeys(one.architecture for one in found.breakers))
    rows = []
    for name in names:
        cells = []
        for architecture in architectures:
            same = [
                one
                for one in found.breakers
                if (one.dataset, one.architecture) == (name, architecture) and one.accuracy
            ]
            cells.append(_several(same))
        rows.append((name.removeprefix("captcha-"), *cells))
    return "\n\n".join(
        [
            "## Which version of captcha is the strongest",
            "Sweep `versions`: 4 of 36 characters (digits and upper-case letters), whole captchas "
            "read, 2,000 test captchas. whole_image is trained three times for each version, on "
            "16,000 captchas: the mean, each training, and the 95 % interval over all three. "
            "0.7.1_intended is 0.7.1 with its letters warped as far as its own numbers say. Where "
            "intervals overlap, the version makes no difference to who trains for it.",
            table(("version", *architectures), rows),
        ]
    )


def packages() -> str:
    """Captchas as the packages draw them, by the number of captchas that were labelled."""
    found = document("packages")
    rows = [
        (
            one.dataset,
            one.architecture,
            f"{one.train_images:,}" if one.train_images else "-",
            *rates(one),
        )
        for one in found.breakers
    ]
    return "\n\n".join(
        [
            "## Captchas of five packages, as they come",
            "Sweep `packages`: whole_image, trained on so many labelled captchas, and ddddocr; "
            "2,000 test captchas each.",
            table(
                ("package", "breaker", "labelled", "characters", "captchas", "95 % of captchas"),
                _by_first(rows),
            ),
        ]
    )


def audio() -> str:
    """Captchas to listen to."""
    found = document("audio")
    rows = [
        (one.dataset, one.architecture, *rates(one), _milliseconds(one)) for one in found.breakers
    ]
    return "\n\n".join(
        [
            "## Captchas to listen to",
            "Sweep `audio`: 4 spoken digits of captcha 0.7.1, 2,000 training captchas, 1,000 test "
            "captchas.",
            table(HEAD, rows),
        ]
    )


def _by_first(rows: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Rows of the same first cell together, in the order in which these come first."""
    places = {first: place for place, first in enumerate(dict.fromkeys(row[0] for row in rows))}
    return sorted(rows, key=lambda row: places[row[0]])


def _milliseconds(one: BreakerResult) -> str:
    each = one.milliseconds_per_captcha
    return "" if each is None else f"{each:.0f}" if each >= TENS else f"{each:.2g}"


def _several(same: Sequence[BreakerResult]) -> str:
    """The mean of several trainings, each of them, and the interval over all."""
    accuracies = [one.accuracy for one in same if one.accuracy]
    if not accuracies:
        return "not measured"
    each = [100 * (one.tally.captcha_accuracy or 0.0) for one in accuracies]
    low = 100 * min(one.captcha_interval[0] for one in accuracies)
    high = 100 * max(one.captcha_interval[1] for one in accuracies)
    shown = f"**{statistics.mean(each):.1f} %**"
    if len(each) > 1:
        shown += f" ({', '.join(f'{value:.1f}' for value in each)})"
    return f"{shown}, {low:.1f} to {high:.1f}"
