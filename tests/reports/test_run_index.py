"""The page over all runs reads what is beside their reports, whatever lies in their folders."""

from documents import HOSTILE, Parsed, breaker, document

import reports
from harness.results.overview import Overview, overview
from harness.results.ranking import strongest_breakers
from reports.run_index import render
from reports.trends import trends


def run(name, right, begun, **changes):
    doc = document(breakers=(breaker(right, warnings=()),), rows=(), run=name, **changes)
    origin = doc.provenance.model_copy(update={"begun": begun})
    return doc.model_copy(update={"provenance": origin})


def test_runs_are_listed_newest_first_and_others_left_out(tmp_path):
    for name, begun in (("a", "2026-11-01T02:00:00+00:00"), ("b", "2026-11-02T02:00:00+00:00")):
        reports.write(run(name, 670, begun, title=HOSTILE), tmp_path / name)
    for name, content in (("broken", b"{"), ("odd", b"\xff"), ("c", b"")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "overview.json").write_bytes(content)
        (tmp_path / name / "report.html").touch()
    (tmp_path / "copied").mkdir()
    (tmp_path / "copied" / "overview.json").write_bytes((tmp_path / "a/overview.json").read_bytes())
    text = render(tmp_path)
    page = Parsed(text)
    assert [link for link in page.links if "report.html" in link][:2] == [
        "b/report.html", "a/report.html",
    ]  # fmt: skip
    assert page.text.count(HOSTILE) == 2
    assert "copied" not in page.text
    assert len(text.split("<script>")) == 2
    assert render(tmp_path) == text


def test_an_empty_home_has_a_page(tmp_path):
    assert "No run has a report yet." in render(tmp_path)


def test_an_overview_comes_back_and_others_are_none():
    short = overview(run("a", 670, "2026-11-01T02:00:00+00:00"))
    assert Overview.read(short.model_dump_json().encode()) == short
    assert Overview.read(b'{"schema_version": 2}') is None
    (judged,) = short.verdicts
    (strongest,) = strongest_breakers(run("a", 670, ""))
    assert (judged.rate, judged.interval) == (strongest.rate, strongest.interval)


def test_steps_are_marked_where_intervals_part():
    nights = [300, 310, 305, 420, 415, 300]
    several = [
        overview(run(f"r{n}", right, f"2026-11-{n + 1:02}T02:00:00+00:00"))
        for n, right in enumerate(nights)
    ]
    (trend,) = trends(list(reversed(several)))
    assert [step.run for step in trend.steps] == ["r3", "r5"]
    assert "more is read" in trend.steps[0].sentence
    assert "less is read" in trend.steps[1].sentence
    assert str(trend.chart.picture).count('class="line"') == 3
    assert trends(several[:1]) == []
    assert trends([several[0], several[1].model_copy(update={"begun": ""})]) == []
