"""What became of a run's limits, for other programs: JUnit XML, and Markdown for a pull request."""

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree as Xml

from harness.results.document import PAGE, Document
from harness.results.gate import LimitCheck, gate
from harness.results.rows.one_line import brief
from harness.results.verdict import verdicts

JUNIT, MARKDOWN = "limits.xml", "summary.md"  # beside the page
CONTROL = dict.fromkeys((*range(32), 0xFFFE, 0xFFFF))  # no characters of XML


def gate_files(document: Document) -> Iterator[tuple[str, str]]:
    """Give name and text of both files, where the sweep sets limits.

    Args:
        document: the results of a run.
    """
    if document.limits.are_set:
        checks = gate(document)
        yield JUNIT, junit(document, checks)
        yield MARKDOWN, markdown(document, checks)


def junit(document: Document, checks: Sequence[LimitCheck]) -> str:
    """Write the limits as tests, and failed steps as errors."""
    crossed = sum(not check.kept for check in checks)
    failed = [failure for failure in document.failures if failure.status == "failed"]
    counts = {"tests": str(len(checks) + len(failed)), "failures": str(crossed)}
    suite = Xml.Element(
        "testsuite",
        {"name": f"captcha-harness {document.run}", **counts, "errors": str(len(failed))},
    )
    for check in checks:
        name = f"{check.limit} {check.at}".strip()
        case = Xml.SubElement(suite, "testcase", {"classname": document.name, "name": plain(name)})
        if not check.kept:
            message = plain(f"{check.asked}; {check.reason}")
            Xml.SubElement(
                case, "failure", {"message": message, "type": check.limit}
            ).text = message
    for failure in failed:
        facts = {"classname": document.name, "name": plain(failure.step)}
        case = Xml.SubElement(suite, "testcase", facts)
        Xml.SubElement(case, "error", {"message": plain(brief(failure.reason))})
    Xml.indent(suite)
    return f"<?xml version='1.0' encoding='UTF-8'?>\n{Xml.tostring(suite, encoding='unicode')}\n"


def markdown(document: Document, checks: Sequence[LimitCheck]) -> str:
    """Write verdicts and limits for a pull request."""
    crossed = [check for check in checks if not check.kept]
    lines = [
        f"## {escaped(document.title or document.name)}: "
        + (f"{len(crossed)} of {len(checks)} limits crossed" if crossed else "all limits kept"),
        "",
        "| | limit | at | asked | figure |",
        "| --- | --- | --- | --- | --- |",
        *(
            f"| {'✅' if check.kept else '❌'} {check.outcome} | {check.limit} | "
            f"{escaped(check.at) or 'the run'} | {check.asked} | {escaped(check.reason)} |"
            for check in sorted(checks, key=lambda check: check.kept)
        ),
        "",
        *(
            f"- **{escaped(each.dataset)}: {each.grade}.** {escaped(each.sentence)}"
            for each in verdicts(document)
        ),
        *(
            f"- {escaped(failure.step)} {failure.status}: {escaped(failure.brief)}"
            for failure in document.failures
        ),
        "",
        f"Run `{document.run}`; the figures are in {PAGE} and the CSV files beside it.",
        "",
    ]
    return "\n".join(lines)


def plain(text: str) -> str:
    """Leave out what XML cannot hold."""
    return text.translate(CONTROL)


def escaped(text: str) -> str:
    """Write text so that Markdown shows it as it is, on one line of a table."""
    flat = " ".join(text.translate(CONTROL).split())
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|~&" else letter for letter in flat)
