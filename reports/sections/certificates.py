"""Certified accuracy, which no attack can lower, beside what attacks have left."""

from dataclasses import dataclass

from harness.results.document import Document
from harness.results.rows.certified import CertifiedRow
from harness.results.rows.result import WORST_CASE
from harness.results.tally import percent
from reports.rates import Rate, captcha_rate, radius


@dataclass(frozen=True)
class CertifiedRadius:
    """One radius; `flags` are the warnings of the attacks beside it."""

    epsilon: str
    certified: Rate | None
    at_once: str
    at_most: str
    attacked: Rate | None
    status: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class CertificateTable:
    """One breaker with one defense."""

    dataset: str
    breaker: str
    defense: str
    norm: str
    radii: tuple[CertifiedRadius, ...]


@dataclass(frozen=True)
class Certificates:
    """A table for each breaker that certifies."""

    tables: tuple[CertificateTable, ...]


def content(document: Document) -> Certificates | None:
    """Hold each certificate against the worst case of the attacks at the same radius."""
    attacked = {
        (row.dataset, row.breaker, row.defense, row.norm, row.epsilon): row
        for row in document.rows
        if row.attack == WORST_CASE
    }
    tables: dict[tuple[str, str, str, str], list[CertifiedRadius]] = {}
    for row in document.certified:
        key = (row.dataset, row.breaker, row.defense, row.norm)
        left = attacked.get((*key, row.epsilon))
        tables.setdefault(key, []).append(
            CertifiedRadius(
                radius(row.epsilon),
                captcha_rate(row.accuracy) if row.accuracy else None,
                percent(row.at_once.right_captchas, row.at_once.captchas) if row.at_once else "-",
                _at_most(row),
                captcha_rate(left.accuracy) if left and left.accuracy else None,
                row.status,
                left.warnings if left else (),
            )
        )
    if not tables:
        return None
    return Certificates(
        tuple(CertificateTable(*key, tuple(radii)) for key, radii in tables.items())
    )


def _at_most(row: CertifiedRow) -> str:
    """Give the share that can hold at all: captchas without a misread image in their ball."""
    if row.accuracy is None or row.n_refuted is None:
        return "-"
    captchas = row.accuracy.tally.captchas
    return percent(captchas - row.n_refuted, captchas)
