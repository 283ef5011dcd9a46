"""Sections of the page that say what was drawn, what it costs, and what the networks are."""

import re

from documents import accuracy, breaker, document, row

import reports
from harness.results.document import DatasetResult, Layer, Picture
from reports import costs, networks, transfers


def layer(kind, *output, parameters=0):
    return Layer(name=kind.lower(), kind=kind, output=output, parameters=parameters)


LAYERS = (
    layer("InputLayer", 60, 160, 1),
    layer("Conv2D", 30, 80, 32, parameters=320),
    layer("BatchNorm", 30, 80, 32, parameters=64),
    layer("Reshape", 30, 2560),
    layer("Dense", 4, 36, parameters=4000),
)


def page(tmp_path, **changes):
    return reports.write(document(**changes), tmp_path).read_text()


def test_tries_become_solved_captchas():
    found = costs.costs(
        document(
            breakers=(
                breaker(right=150, trials=1000, milliseconds_per_captcha=2.0),
                breaker(right=0, trials=1000, breaker="blind"),
                breaker(right=900, length=1, breaker="classifier"),
                breaker(accuracy=None, breaker="failed", status="failed"),
            ),
            tries_per_day=100_000,
        )
    )
    assert [one.breaker for one in found] == ["reader", "blind"]
    assert found[0].solved == "15,000"
    assert found[0].solved_span == "13,000 to 17,000"
    assert found[0].tries_per_solve == "6.67"
    assert found[0].read_in_a_day == "43,000,000"
    assert found[1].tries_per_solve == "-"


def test_unreadable_files_are_shown(tmp_path):
    data = DatasetResult(
        dataset="mine", generator="folder", captchas={"train": 900, "test": 100},
        shape=(50, 200, 1), alphabet="abc", lengths=(4, 6), unreadable=("broken.png",),
        pictures=(Picture(file="a.png", target="abca", prediction="abca", clean="QQ=="),),
    )  # fmt: skip
    text = page(tmp_path, datasets=(data,))
    assert "broken.png" in text
    assert "900 train, 100 test" in text
    assert "4 to 6 of 3 characters" in text
    assert "200 \u00d7 50 pixels" in text


def test_a_network_is_drawn_once_for_all_that_share_it(tmp_path):
    same = tuple(breaker(breaker=name, layers=LAYERS) for name in ("a", "b"))
    other = breaker(breaker="c", architecture="else", layers=LAYERS[:2])
    found = networks.networks(document(breakers=(*same, other)))
    assert [one.title for one in found] == ["cnn", "else"]
    assert found[0].parameters == 4384
    drawn = re.findall(r">([a-z]+)</text>", found[0].picture)
    assert drawn == ["input", "convolution", "dense"], "what only rearranges is left to the table"
    text = page(tmp_path, breakers=(*same, other))
    assert text.count('aria-label="Diagram of') == 2
    assert "30 \u00d7 80 \u00d7 32" in text


def test_without_them_there_are_no_empty_sections(tmp_path):
    text = page(tmp_path, breakers=(breaker(accuracy=accuracy(900, 1000, 1), length=1),))
    for name in ("datasets", "costs", "networks", "learning"):
        assert f'id="{name}"' not in text


def test_what_carries_over_is_a_matrix(tmp_path):
    rows = [
        row("pgd", 0.1, right=right, breaker=reader, source=source, knowledge=knowledge)
        for source, reader, knowledge, right in (
            ("a", "a", "white_box", 10),
            ("b", "b", "white_box", 20),
            ("a", "b", "transfer", 600),
            ("a", "ready", "transfer", 300),
        )
    ]
    (matrix,) = transfers.transfers(document(rows=rows))
    assert matrix.readers == ("a", "b", "ready")
    shown = {source: [rate and rate.shown for rate in cells] for source, cells in matrix.lines}
    assert shown == {"a": ["1.0 %", "60.0 %", "30.0 %"], "b": [None, "2.0 %", None]}
    assert 'id="transfers"' in page(tmp_path, rows=rows)
    assert transfers.transfers(document(rows=rows[:2])) == []
