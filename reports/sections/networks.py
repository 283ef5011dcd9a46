"""A network as a row of blocks and as a table: what each layer gives, and what it has learned."""

import math
from dataclasses import dataclass

from markupsafe import Markup, escape

from harness.results.document import BreakerResult, Document, Layer
from harness.results.rows.row import UNDEFENDED

STEP, BASE, DEPTH = 74, 150, 7  # pixels: from block to block, of the ground line, a block's slant
LABELS = {  # kind of layer -> text below its block
    "InputLayer": "input",
    "Conv2D": "convolution",
    "MaxPooling2D": "max pool",
    "Dense": "dense",
    "Bidirectional": "recurrence",
    "Queries": "queries",
}


@dataclass(frozen=True)
class NetworkDiagram:
    """The layers of one architecture on one data set."""

    title: str
    dataset: str
    picture: Markup
    layers: tuple[Layer, ...]
    parameters: int


@dataclass(frozen=True)
class Networks:
    """Each network once."""

    diagrams: tuple[NetworkDiagram, ...]


def content(document: Document) -> Networks | None:
    """Draw each network once: the same layers trained otherwise are not drawn again."""
    networks: dict[tuple[str, tuple[Layer, ...]], BreakerResult] = {}
    for breaker in document.breakers:
        if breaker.layers and breaker.defense == UNDEFENDED:
            shapes = tuple(layer.model_copy(update={"name": ""}) for layer in breaker.layers)
            networks.setdefault((breaker.architecture, shapes), breaker)
    diagrams = tuple(
        NetworkDiagram(
            breaker.architecture,
            breaker.dataset,
            _picture(breaker.architecture, breaker.layers),
            breaker.layers,
            sum(layer.parameters for layer in breaker.layers),
        )
        for breaker in networks.values()
    )
    return Networks(diagrams) if diagrams else None


def _picture(title: str, layers: tuple[Layer, ...]) -> Markup:
    """Draw blocks as high as the image is large there, and as wide as it has channels.

    Both are logarithms. Layers that only rearrange, and normalizations, are left to the table.
    """
    shown = [
        layer
        for before, layer in zip((None, *layers), layers, strict=False)
        if layer.kind not in ("BatchNorm", "Dropout")
        and (before is None or layer.parameters or "Pool" in layer.kind)
    ]
    blocks = [_block(number, layer) for number, layer in enumerate(shown)]
    width = STEP * len(shown) + 20
    description = escape(
        f"{title}: " + ", ".join(f"{layer.kind} {_shape(layer)}" for layer in shown)
    )
    return Markup(  # noqa: S704 - names are escaped
        f'<svg role="img" aria-label="{description}" width="{width}" height="{BASE + 46}" '
        f'viewBox="0 0 {width} {BASE + 46}"><title>{description}</title>{"".join(blocks)}</svg>'
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
        f"{escape(LABELS.get(layer.kind, layer.kind)[:12])}</text>"
        f'<text x="{left}" y="{BASE + 29}" font-size="10" fill="currentColor" opacity=".7">'
        f"{_shape(layer)}</text>"
    )


def _shape(layer: Layer) -> str:
    return "x".join(str(size) for size in layer.output)
