"""The charts of bars and boxes: how often which mistake, and where a detector's scores lie."""

from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

from reports.axis import Axis
from reports.plot import LETTER, in_script

ROW, BAR, FIELD = 22, 15, 190  # pixels: a row and a bar of it, the field of bars
BOX_ROW, BOX, BOX_FIELD = 16, 10, 270
TICKS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0, 1000.0)
BLUE = "#1f7fc4"


def confusions(name: str, description: str, pairs: Sequence[tuple[str, str, int]]) -> Markup:
    """Draw bars: how often one character was read as another.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        pairs: what it is, what was read, how often.
    """
    names = [f"{true} → {read}" for true, read, _count in pairs]
    counts = [count for _true, _read, count in pairs]
    left = _room(names)
    parts = []
    for number, (pair, count) in enumerate(zip(names, counts, strict=True)):
        top = ROW * number
        wide = FIELD * count / max(counts)
        parts.append(
            f'<text x="{left - 8}" y="{top + 16}" class="end">{escape(pair)}</text>'
            f'<path d="M{left},{top + 4}h{wide:.1f}v{BAR}h{-wide:.1f}z" fill="{BLUE}"/>'
            f'<text x="{left + wide + 6:.1f}" y="{top + 16}" class="begin">{count:,}</text>'
        )
    rows = list(zip(names, counts, strict=True))
    size = (left + FIELD + 12 + LETTER * len(f"{max(counts):,}"), ROW * len(pairs) + 4)
    return _svg(name, description, size, "".join(parts), ("mistake", "times"), rows)


def scores(
    name: str,
    description: str,
    boxes: Sequence[tuple[str, Mapping[str, float]]],
    threshold: float,
    color: str,
) -> Markup:
    """Draw a line and a box for each kind of captcha: where a detector's scores lie.

    Args:
        name: unique in the page.
        description: what is shown, for those who do not see it.
        boxes: kind of captchas; low, quarter, middle, three_quarters, high: quantiles of scores.
        threshold: of the detector; what lies to its right is taken for perturbed.
        color: of the boxes.
    """
    greatest = max(threshold, *(box["high"] for _kind, box in boxes)) or 1.0
    # Far beyond the threshold it does not matter how far.
    axis = Axis("score", 0.0, greatest, kind="symlog", marked=TICKS)
    left, low = _room([kind for kind, _box in boxes]), BOX_ROW * len(boxes)

    def across(score: float) -> float:
        return left + BOX_FIELD * axis.share(score)

    parts = []
    for tick in axis.ticks():
        parts.append(f'<path d="M{across(tick):.1f},0v{low}"/>')
        parts.append(f'<text x="{across(tick):.1f}" y="{low + 16}">{axis.label(tick)}</text>')
    parts.append(f'<text x="{left + BOX_FIELD / 2:g}" y="{low + 34}">score</text>')
    grid, parts = f'<g class="axes">{"".join(parts)}</g>', []
    for number, (kind, box) in enumerate(boxes):
        middle = BOX_ROW * (number + 0.5)
        at = {quantile: across(score) for quantile, score in box.items()}
        parts.append(
            f'<text x="{left - 8}" y="{middle + 4}" class="end">{escape(kind)}</text>'
            f'<path d="M{at["low"]:.1f},{middle}H{at["high"]:.1f}" stroke="{color}"/>'
            f'<path d="M{at["quarter"]:.1f},{middle - BOX / 2}H{at["three_quarters"]:.1f}'
            f'v{BOX}H{at["quarter"]:.1f}z" fill="{color}" fill-opacity=".45"/>'
            f'<path d="M{at["middle"]:.1f},{middle - BOX / 2}v{BOX}" stroke="{color}" '
            'stroke-width="2.5"/>'
        )
    dash = f'<path d="M{across(threshold):.1f},0v{low}" stroke="currentColor" '
    parts.append(f'{dash} stroke-dasharray="4 3"/>')
    rows: list[tuple[str | float, ...]] = [(kind, *box.values()) for kind, box in boxes]
    columns = ("kind", *dict(boxes[0][1]))
    size = (left + BOX_FIELD + 20, low + 42)
    return _svg(name, description, size, grid + "".join(parts), columns, rows)


def _room(names: Sequence[str]) -> int:
    """Compute how far to the right of the names a chart begins."""
    return round(12 + LETTER * max(map(len, names)))


def _svg(
    name: str,
    description: str,
    size: tuple[float, float],
    drawn: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[str | float]],
) -> Markup:
    wide, high = (round(side) for side in size)
    data = in_script({"columns": columns, "rows": rows})
    return Markup(  # noqa: S704 - names and labels are escaped where they enter
        f'<div class="plot" id="{escape(name)}"><svg role="img" aria-label="{escape(description)}" '
        f'width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">{drawn}</svg>'
        f'<script type="application/json">{data}</script></div>'
    )
