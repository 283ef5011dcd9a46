"""Of many breakers each has a page of its own, and the first page has an end."""

import pytest
from documents import HOSTILE, PIXEL, Parsed, breaker, document, row

import reports
from harness.results.document import Picture
from reports.breaker_pages import IN_ONE_PAGE, breaker_pages

MISREAD = (Picture(file="b.png", target="1e5", prediction="1x5", clean=PIXEL),)


def many(number, **changes):
    names = [f"reader-{n}" for n in range(number)]
    return document(
        breakers=[breaker(breaker=name, misread=MISREAD, **changes) for name in names],
        rows=[row("pgd", epsilon, breaker=name) for name in names for epsilon in (0.0, 0.1)],
    )


def test_forty_fit_into_one_page(tmp_path):
    reports.write(many(IN_ONE_PAGE), tmp_path)
    assert not (tmp_path / "breakers").exists()
    assert breaker_pages(many(IN_ONE_PAGE)) == {}


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    folder = tmp_path_factory.mktemp("split")
    return folder, reports.write(many(IN_ONE_PAGE + 1), folder).read_text()


def test_each_has_a_page_where_its_name_leads(split):
    folder, text = split
    files = sorted(folder.glob("breakers/*.html"))
    assert len(files) == IN_ONE_PAGE + 1
    links = {link for link in Parsed(text).links if link.startswith("breakers/")}
    assert links == {f"breakers/{file.name}" for file in files}


def test_a_page_has_what_was_measured_of_one_breaker_alone(split):
    folder, _ = split
    text = (folder / "breakers" / "08-letters-reader-7.html").read_text()
    parsed = Parsed(text)
    assert parsed.open == []
    assert 'id="accuracy-0-0"' in text
    assert "../report.html" in parsed.links
    assert "reader-7 on letters" in parsed.text
    assert "reader-8" not in parsed.text
    assert "measurements: 2 ok" in parsed.text


def test_the_first_page_shows_no_breaker_by_itself(split):
    _, text = split
    assert 'id="misread"' not in text
    assert 'id="accuracy"' not in text
    assert 'id="breakers"' in text


def test_what_is_left_out_is_counted(tmp_path, monkeypatch):
    monkeypatch.setattr("reports.sections.breakers.LISTED", 30)
    text = reports.write(many(IN_ONE_PAGE + 1), tmp_path).read_text()
    assert f"{IN_ONE_PAGE + 1 - 30} more rows are in breakers.csv" in text


def test_names_lead_nowhere_else():
    names = ["../../up", HOSTILE, "é" * 300, "a/b", "a?b"]
    doc = document(breakers=[breaker(breaker=name) for name in names * 9], rows=())
    doc = doc.model_copy(
        update={
            "breakers": tuple(
                one.model_copy(update={"dataset": f"set{n}"}) for n, one in enumerate(doc.breakers)
            )
        }
    )
    paths = [page.path for page in breaker_pages(doc).values()]
    assert len(set(paths)) == len(names) * 9
    for path in paths:
        folder, name = path.split("/")
        assert folder == "breakers"
        assert set(name) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")
        assert len(name) < 100
