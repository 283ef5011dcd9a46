"""Sections of the page that say what was drawn, what it costs, and what the networks are."""

import re

from documents import accuracy, breaker, document, row

import reports
from harness.metrics import wilson
from harness.results.document import DatasetResult, Layer, Picture
from harness.results.rows.attacker_cost import AttackerCostRow, Attempts
from harness.results.rows.extra import ExtraTable
from reports.page import FOLDER
from reports.sections import SECTIONS, costs, headline, networks, transfers


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


def test_a_section_is_a_module_and_a_template_of_one_name():
    folder = FOLDER / "sections"
    names = {section.name for section in SECTIONS}
    assert len(names) == len(SECTIONS)
    assert {file.stem for file in folder.glob("*.j2")} == names
    assert {file.stem for file in folder.glob("*.py")} - {"__init__"} == names


def test_measurements_without_a_section_are_tables(tmp_path):
    table = ExtraTable(
        name="reaction_times", title="How fast people are", about="Of 3 people.",
        columns=("variant", "answers", "seconds", "sure"),
        rows=(("plain", 1200, 2.5, True), ("noisy", None, 3.0, False)),
    )  # fmt: skip
    text = page(tmp_path, extra=(table,))
    section = text.split('id="extra-tables"')[1].split("</section>")[0]
    assert "How fast people are" in section
    assert "<td>plain</td><td>1,200</td><td>2.5</td><td>yes</td>" in section
    assert "<td>noisy</td><td>-</td><td>3</td><td>no</td>" in section
    assert (tmp_path / "reaction_times.csv").read_text().splitlines() == [
        "variant,answers,seconds,sure", "plain,1200,2.5,True", "noisy,,3.0,False",
    ]  # fmt: skip


def test_the_first_card_is_the_strongest_and_weaker_ones_name_it():
    breakers = (
        breaker(right=195, breaker="published"),
        breaker(right=910, breaker="best"),
        breaker(right=900, breaker="as_good"),
        breaker(right=890, breaker="flagged", warnings=("weaker_than_ready_made",)),
        breaker(right=100, breaker="alone", dataset="other"),
    )
    cards = headline.content(document(breakers=breakers, rows=())).cards
    assert [card.breaker for card in cards] == ["best", "as_good", "flagged", "published", "alone"]
    stronger = "best reads more of them: 91.0 %."
    assert [stronger in card.sentences for card in cards] == [False, False, True, True, False]


def cost(solved=150, tries=1000, loads=None, **changes):
    known = {
        "dataset": "letters", "breaker": "reader", "architecture": "cnn", "labels_by_hand": 5000,
        "training_seconds": 150.0, "milliseconds_per_captcha": 2.0,
        "attempts": Attempts(
            loads=loads or tries, tries=tries, solved=solved, interval=wilson(solved, tries)
        ),
    }  # fmt: skip
    return AttackerCostRow(**(known | changes))


def test_tries_become_solved_captchas():
    rows = (
        cost(),
        cost(0, breaker="blind", labels_by_hand=0, training_seconds=0.0),
        cost(attempts=None, breaker="failed", status="failed", training_seconds=None),
    )
    content = costs.content(document(attacker_costs=rows))
    reader, blind, failed = content.costs
    assert (reader.labels, reader.training) == ("5,000", "2.5 min")
    assert (reader.solved, reader.solved_span) == ("15,000", "12,921 to 17,347")
    assert (reader.tries_per_solve, reader.tries_span) == ("6.67", "5.76 to 7.74")
    assert (reader.loads_per_solve, reader.people) == ("6.67", "7.50")
    assert reader.read_in_a_day == "43,000,000 a day"
    assert (blind.tries_per_solve, blind.tries_span) == ("-", "261 or more")
    assert (blind.labels, blind.training, blind.people) == ("0", "0 s", "0.00")
    assert (failed.rate, failed.training, failed.people) == (None, "-", "-")
    assert content.prices == ()
    assert content.sentences == (
        "letters: reader takes 5,000 labels by hand and 2.5 min of training; then 6.67 tries for "
        "one solved captcha. What it solves a day would cost 7.50 dollars from people.",
    )
    chooses = cost(tries=200, loads=2000, labels_by_hand=0, training_seconds=0.0)
    (sentence,) = costs.content(document(attacker_costs=(chooses, *rows))).sentences
    assert "takes no label by hand and no training; then 1.33 tries and 13.3 loads" in sentence
    assert costs.content(document(attacker_costs=rows[2:])) is None


def test_dollars_are_only_what_a_sweep_prices(tmp_path):
    page_of = page(tmp_path / "a", attacker_costs=(cost(),))
    assert "0.50 dollars for 1,000 solved captchas" in page_of
    assert "Cheaper than people from" not in page_of
    priced = cost(price_per_label=0.01, price_per_hour=3.6, price_per_thousand=1.0)
    (price,) = costs.content(document(attacker_costs=(priced,))).prices
    assert (price.labels, price.training) == ("50.00", "0.15")
    assert price.reading == "0.01"  # 6,667 loads, 2 ms each
    assert price.cheaper_after == "50,828"
    assert "Cheaper than people from" in page(tmp_path / "b", attacker_costs=(priced,))


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
    diagrams = networks.content(document(breakers=(*same, other))).diagrams
    assert [diagram.title for diagram in diagrams] == ["cnn", "else"]
    assert diagrams[0].parameters == 4384
    drawn = re.findall(r">([a-z]+)</text>", diagrams[0].picture)
    assert drawn == ["input", "convolution", "dense"], "what only rearranges is left to the table"
    text = page(tmp_path, breakers=(*same, other))
    assert text.count('aria-label="Diagram of') == 2
    assert "30 \u00d7 80 \u00d7 32" in text


def test_without_them_there_are_no_empty_sections(tmp_path):
    text = page(tmp_path, breakers=(breaker(accuracy=accuracy(900, 1000, 1), length=1),))
    for name in ("datasets", "costs", "networks", "training-set-size", "extra-tables"):
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
    (matrix,) = transfers.content(document(rows=rows)).matrices
    assert matrix.readers == ("a", "b", "ready")
    shown = {
        source: [cell.rate and cell.rate.shown for cell in cells] for source, cells in matrix.lines
    }
    assert shown == {"a": ["1.0 %", "60.0 %", "30.0 %"], "b": [None, "2.0 %", None]}
    assert 'id="transfers"' in page(tmp_path, rows=rows)
    assert transfers.content(document(rows=rows[:2])) is None
