"""A network as a row of blocks and as a table: what each layer gives, and what it has learned."""

import math
from dataclasses import dataclass

from markupsafe import Markup, escape

from harness.results.document import BreakerResult, Document, Layer
from reports.outcomes import UNDEFENDED

STEP, BASE, DEPTH = 74, 150, 7  # pixels: from block to block, of the ground line, a block's slant
CALLED = {
    "InputLayer": "input",
    "Conv2D": "convolution",
    "MaxPooling2D": "max pool",
    "Dense": "dense",
    "Bidirectional": "recurrence",
    "Queries": "queries",
}


@dataclass(frozen=True)
class Network:
    """The layers of one architecture on one data set."""

    title: str
    dataset: str
    picture: Markup
    layers: tuple[Layer, ...]
    parameters: int


def networks(document: Document) -> list[Network]:
    """Give each network once: the same layers trained otherwise are not drawn again."""
    found: dict[tuple[str, tuple[Layer, ...]], BreakerResult] = {}
    for one in document.breakers:
        if one.layers and one.defense == UNDEFENDED:
            shapes = tuple(layer.model_copy(update={"name": ""}) for layer in one.layers)
            found.setdefault((one.architecture, shapes), one)
    return [
        Network(
            one.architecture,
            one.dataset,
            _drawn(one.architecture, one.layers),
            one.layers,
            sum(layer.parameters for layer in one.layers),
        )
        for one in found.values()
    ]


def _drawn(title: str, layers: tuple[Layer, ...]) -> Markup:
    """Blocks as high as the image is large there, as wide as it has channels, both as logarithms.

    Layers that only rearrange, and normalizations, are left to the table.
    """
    shown = [
        layer
        for before, layer in zip((None, *layers), layers, strict=False)
        if layer.kind not in ("BatchNorm", "Dropout")
        and (before is None or layer.parameters or "Pool" in layer.kind)
    ]
    blocks = [_block(number, layer) for number, layer in enumerate(shown)]
    width = STEP * len(shown) + 20
    says = escape(f"{title}: " + ", ".join(f"{one.kind} {_shape(one)}" for one in shown))
    return Markup(  # noqa: S704 - names are escaped
        f'<svg role="img" aria-label="{says}" width="{width}" height="{BASE + 46}" '
        f'viewBox="0 0 {width} {BASE + 46}"><title>{says}</title>{"".join(blocks)}</svg>'
    )


def _block(number: int, layer: Layer) -> str:
    size = math.prod(layer.output[:-1])
    high = 14 + 15 * math.log10(max(size, 1)) * 2
    wide = 6 + 4 * math.log2(max(layer.output[-1], 1))
    left, top = 10 + STEP * number, BASE - high
    right = left + wide
    face = f"M{left:.0f},{BASE}h{wide:.1f}v{-high:.1f}h{-wide:.1f}Z"
    lid = f"M{left:.0f},{top:.1f}l{DEPTH},{-DEPTH}h{wide:.1f}l{-DEPTH},{DEPTH}Z"
    side = f"M{right:.1f},{BASE}l{DEPTH},{-DEPTH}v{-high:.1f}l{-DEPTH},{DEPTH}Z"
    strong = 0.5 if layer.parameters else 0.22
    return (
        f'<g fill="currentColor" stroke="currentColor" stroke-width=".6">'
        f'<path d="{face}" fill-opacity="{strong}"/><path d="{lid}" fill-opacity="{strong / 2}"/>'
        f'<path d="{side}" fill-opacity="{strong / 1.3:.2f}"/></g>'
        f'<text x="{left}" y="{BASE + 16}" font-size="10" fill="currentColor">'
        f"{escape(CALLED.get(layer.kind, layer.kind)[:12])}</text>"
        f'<text x="{left}" y="{BASE + 29}" font-size="10" fill="currentColor" opacity=".7">'
        f"{_shape(layer)}</text>"
    )


def _shape(layer: Layer) -> str:
    return "x".join(str(size) for size in layer.output)
