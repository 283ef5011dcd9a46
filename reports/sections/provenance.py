"""Where the numbers come from: seed, digests, machine, versions."""

from harness.results.document import Document, Provenance


def content(document: Document) -> Provenance:
    """Give the document's note of its origin."""
    return document.provenance
