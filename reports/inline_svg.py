"""A chart as a still picture inside the page: SVG without scripts, in the page's own colors."""

import re
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from reports.palette import INK

if TYPE_CHECKING:
    import altair as alt

    AnyChart = alt.Chart | alt.LayerChart | alt.FacetChart

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif"
TAG = re.compile(r"<[^>]+>")
# What the renderer writes for scripts and for its own bookkeeping: half of its text, none to see.
IDLE_PATH = re.compile(r'<path class="(?:background|foreground)"[^>]*/>')
IDLE_ATTRIBUTE = re.compile(
    r' (?:class|role|aria-roledescription|aria-hidden|pointer-events|font-family)="[^"]*"'
)
NAME = re.compile(r'\bid="([^"]+)"')


def inline(chart: "AnyChart", name: str, description: str) -> Markup:
    """Draw a chart as an svg element.

    Args:
        chart: an Altair chart.
        name: unique in the page; all ids of the picture begin with it.
        description: what is shown, for those who do not see it.

    Returns:
        An svg element whose text and axes have the color of the text around it.
    """
    import altair as alt
    import vl_convert

    version = alt.SCHEMA_VERSION.lstrip("v").rsplit(".", 1)[0]
    text: str = vl_convert.vegalite_to_svg(
        _dressed(chart).to_json(validate=False), vl_version=version, allowed_base_urls=[]
    )
    # The renderer numbers its ids on from picture to picture: number them anew, so that they
    # neither meet in one page nor differ from one writing to the next.
    for number, old in enumerate(dict.fromkeys(NAME.findall(text))):
        new = f"{name}-{number}"
        text = text.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    text = text.replace(INK, "currentColor")
    text = TAG.sub(lambda tag: IDLE_ATTRIBUTE.sub("", tag[0]), IDLE_PATH.sub("", text))
    head, rest = text.split(">", 1)
    size = re.findall(r'\b(?:width|height|viewBox)="[^"]*"', head)
    label = escape(description)
    drawn = f'<svg role="img" aria-label="{label}" {" ".join(size)}><title>{label}</title>{rest}'
    return Markup(drawn)  # noqa: S704 - the renderer escapes the chart's text


def _dressed(chart: "AnyChart") -> "AnyChart":
    """Give a chart the page's font and ink."""
    dressed: AnyChart = (
        chart.configure(background="transparent", font=FONT, aria=False)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=INK,
            titleColor=INK,
            titleFontWeight="normal",
            titlePadding=8,
            labelFontSize=12,
            titleFontSize=12,
            gridColor=INK,
            gridOpacity=0.12,
            domainColor=INK,
            domainOpacity=0.4,
            tickColor=INK,
            tickOpacity=0.4,
        )
    )
    return dressed
