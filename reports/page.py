"""The one page of a run: self-contained, without scripts, the same bytes for the same document."""

from pathlib import Path
from typing import Any

from harness.results.document import Document
from harness.results.rows.result import WORST_CASE

ROOM = Path(__file__).parent
MARKS = {  # the points of a legend: path data of each shape, around (17, 7)
    "circle": "M13.5,7a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0Z",
    "square": "M14,4h6v6h-6Z",
    "triangle-up": "M17,3l4,7h-8Z",
    "triangle-down": "M17,11l4,-7h-8Z",
    "diamond": "M17,2.5l4,4.5l-4,4.5l-4,-4.5Z",
    "cross": "M16,3h2v3h3v2h-3v3h-2v-3h-3v-2h3Z",
}


def render(document: Document) -> str:
    """Give the text of report.html.

    Args:
        document: what the run found; it may be empty or full of failures.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(ROOM),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = (ROOM / "page.css").read_text(encoding="utf-8")
    return environment.get_template("page.html.j2").render(
        **_content(document),
        style=Markup(style),  # noqa: S704 - the project's own file
    )


def _content(document: Document) -> dict[str, Any]:
    from reports import (
        cautions,
        certificates,
        confusions,
        costs,
        defense_tables,
        detections,
        figures,
        flags,
        galleries,
        headlines,
        imitations,
        learning,
        networks,
        outcomes,
        rates,
        targets,
        trainings,
        transfers,
        visits,
        who_reads,
    )

    attacks = dict.fromkeys(row.attack for row in document.rows if row.attack != WORST_CASE)
    defenses = dict.fromkeys(
        one.defense for one in document.breakers if one.defense != outcomes.UNDEFENDED
    )
    return {
        "document": document,
        "asked_attacks": list(attacks),
        "asked_defenses": list(defenses),
        "row_counts": cautions.counts([row.status for row in document.rows]),
        "breaker_counts": cautions.counts([row.status for row in document.breakers]),
        "headlines": headlines.headlines(document),
        "cautions": cautions.cautions(document),
        "figures": figures.figures(document),
        "defense_tables": defense_tables.defense_tables(document),
        "galleries": galleries.galleries(document),
        "misread": galleries.misread(document),
        "confusions": confusions.confusions(document),
        "costs": costs.costs(document),
        "networks": networks.networks(document),
        "learning_curves": learning.learning_curves(document),
        "certificates": certificates.certificates(document),
        "guarded": detections.guarded(document),
        "aimed": targets.aimed(document),
        "transfers": transfers.transfers(document),
        "who_reads": who_reads.who_reads(document),
        "imitations": imitations.imitations(document),
        "visited": visits.visited(document),
        "people": visits.people(document),
        "trainings": trainings.trainings(document),
        "captcha_rate": rates.captcha_rate,
        "character_rate": rates.character_rate,
        "counted": _counted,
        "flags": flags.flags,
        "marks": MARKS,
    }


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
