"""The CSV files and the page: promises to parsers, honesty to readers."""

import base64
import io
import re
import subprocess
import sys
from html.parser import HTMLParser

import altair as alt
import pandas as pd
import pytest

import reports
from harness.errors import LackingError
from harness.results import (
    BREAKER_COLUMNS,
    PREDICTION_COLUMNS,
    RESULT_COLUMNS,
    WORST_CASE,
    Accuracy,
    BreakerResult,
    Document,
    Failure,
    Picture,
    Predictions,
    Provenance,
    ResultRow,
    SampleSheet,
    Tally,
)
from reports import drawing, galleries, headlines, palette, rates
from reports import page as page_module

PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n picture").decode()
HOSTILE = "</script><script>alert(1)</script><img src=http://example.org/x>\"'&"
EPSILONS = (0.0, 0.1, 0.3)


def accuracy(right, trials, length=4):
    counts = [0] * (length + 1)
    counts[0], counts[length] = trials - right, right
    share = right / trials if trials else 0.0
    interval = (max(0.0, share - 0.02), min(1.0, share + 0.02))
    return Accuracy(
        tally=Tally(counts=(tuple(counts),)), captcha_interval=interval, character_interval=interval
    )


def row(attack="pgd", epsilon=0.1, right=100, trials=1000, length=4, **changes):
    known = {
        "dataset": "letters", "breaker": "reader", "source": "reader", "knowledge": "white_box",
        "defense": "none", "norm": "linf", "mean_linf": epsilon, "mean_l2": 1.5, "mean_ssim": 0.9,
        "gradients": 40, "seconds": 3.0, "newly_wrong": 5,
    }  # fmt: skip
    known |= {"attack": attack, "epsilon": epsilon}
    if changes.get("status", "ok") == "ok":
        known["accuracy"] = accuracy(right, trials, length)
        known["clean"] = accuracy(trials, trials, length).tally
    else:
        known |= dict.fromkeys(
            ("mean_linf", "mean_l2", "mean_ssim", "gradients", "seconds", "newly_wrong")
        )
    return ResultRow(**(known | changes))


def breaker(right=670, trials=1000, length=4, **changes):
    known = {
        "dataset": "letters", "breaker": "reader", "defense": "none", "architecture": "cnn",
        "parameters": 1234567, "train_images": 5000, "epochs": 2, "seconds": 2.5,
        "milliseconds_per_captcha": 0.5, "alphabet": "0123456789",
        "accuracy": accuracy(right, trials, length),
        "history": tuple(
            {"epoch": n, "loss": 2 / n, "seconds": 1.25, "validation_captcha_accuracy": n / 4}
            for n in (1, 2)
        ),
        "predictions": Predictions(
            files=("a.png", "b.png", "c.png"), predictions=("0042", "NaN", "17"),
            targets=("0042", "1e5", "17"), match=(True, False, True),
        ),
        "misread": (Picture(file="b.png", target="1e5", prediction="1x5", clean=PIXEL),),
        "confusions": (("e", "x", 7), ("0", "O", 3)),
    }  # fmt: skip
    return BreakerResult(**(known | changes))


def document(breakers=None, rows=None, samples=(), failures=(), **changes):
    if breakers is None:
        breakers = (breaker(), breaker(right=600, defense="blur", history=breaker().history))
    if rows is None:
        rows = tuple(
            row(attack, epsilon, right=int(670 * (1 - epsilon)), defense=defense)
            for defense in ("none", "blur")
            for attack in ("pgd", "fgsm")
            for epsilon in EPSILONS
        ) + tuple(
            row(WORST_CASE, epsilon, int(600 * (1 - epsilon)), knowledge="all", source="all")
            for epsilon in EPSILONS
        )
    known = {
        "run": "r1", "name": "small", "title": "A small run", "asked": 'name = "small"\n',
        "warning_meanings": {"few_captchas": "fewer than 1,000 captchas behind the figure"},
        "provenance": Provenance(
            seed=7, sweep_digest="abc", versions={"python": "3.11"}, machine={"cores": "2"},
            step_seconds=12.5, artifacts={"curves/0123": "pgd on reader"},
        ),
    }  # fmt: skip
    return Document(
        breakers=tuple(breakers), rows=tuple(rows), samples=samples, failures=failures,
        **(known | changes),
    )  # fmt: skip


class Parsed(HTMLParser):
    """Tags, ids, links and text of a page."""

    VOID = frozenset({"meta", "img", "br", "link", "input", "hr"})

    def __init__(self, text):
        super().__init__()
        self.tags, self.ids, self.links, self.words, self.open = [], [], [], [], []
        self.feed(text)
        self.text = " ".join(" ".join(self.words).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), f"{name} would run code"
            if name == "id":
                self.ids.append(value)
            if name in ("src", "href", "xlink:href", "action", "data", "srcset"):
                self.links.append(value)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] != "style":
            self.words.append(data)


def page(tmp_path, doc):
    text = reports.write(doc, tmp_path).read_text(encoding="utf-8")
    return text, Parsed(text)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    failed = row("cw", 0.1, status="failed")
    full = document(
        rows=(*document().rows, failed, row("boundary", 0.1, status="skipped")),
        failures=(Failure(step="cw on reader", status="failed", reason="the loss became NaN"),),
        samples=(
            SampleSheet(
                dataset="letters", breaker="reader", defense="none", attack="pgd", epsilon=0.1,
                pictures=(
                    Picture(
                        file="a.png", target="0042", prediction="0O42", clean=PIXEL,
                        clean_prediction="0042", perturbed=PIXEL, difference=PIXEL,
                    ),
                ),
            ),
        ),
    )  # fmt: skip
    path = reports.write(full, folder)
    return full, folder, path


def test_importing_is_light():
    code = (
        "import sys, reports; heavy = {'pandas', 'altair', 'jinja2', 'vl_convert', 'tensorflow', "
        "'celery'}; sys.exit(' '.join(heavy & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_all_files_are_there_and_nothing_else(written):
    _, folder, path = written
    found = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert path == folder / "report.html"
    assert found == {
        "results.csv", "breakers.csv", "report.html",
        "predictions/letters-reader-none.csv", "predictions/letters-reader-blur.csv",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("results.csv", RESULT_COLUMNS),
        ("breakers.csv", BREAKER_COLUMNS),
        ("predictions/letters-reader-none.csv", PREDICTION_COLUMNS),
    ],
)
def test_columns_in_order_and_unix_lines(written, name, columns):
    raw = (written[1] / name).read_bytes()
    assert raw.split(b"\n")[0].decode() == ",".join(columns)
    assert b"\r" not in raw
    assert raw.endswith(b"\n")


@pytest.mark.parametrize(("name", "of"), [("results.csv", "rows"), ("breakers.csv", "breakers")])
def test_tables_come_back_as_they_were(written, name, of):
    doc, folder, _ = written
    read = pd.read_csv(folder / name, keep_default_na=False, dtype=str)
    rows = [one.columns() for one in getattr(doc, of)]
    assert len(read) == len(rows)
    for got, wanted in zip(read.to_dict("records"), rows, strict=True):
        for column, value in wanted.items():
            # repr is the shortest text that gives the same float back
            shown = "" if value is None else value if isinstance(value, str) else repr(value)
            assert got[column] == shown, column


def test_missing_cells_are_empty_and_counts_stay_whole(tmp_path):
    rows = (row("a", 0.1 + 0.2), row("b", status="failed"))
    reports.write(document(rows=rows, breakers=()), tmp_path)
    first, second = pd.read_csv(tmp_path / "results.csv", keep_default_na=False, dtype=str).to_dict(
        "records"
    )
    assert (first["gradients"], second["gradients"]) == ("40", "")
    assert first["epsilon"] == "0.30000000000000004"
    assert (second["captcha_accuracy"], second["n_captchas"]) == ("", "0")
    assert second["status"] == "failed"


def test_predictions_are_text(written):
    text = (written[1] / "predictions" / "letters-reader-none.csv").read_text()
    assert text.split("\n")[1:] == [
        "a.png,0042,0042,True",
        "b.png,NaN,1e5,False",
        "c.png,17,17,True",
        "",
    ]
    read = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    assert list(read["predictions"]) == ["0042", "NaN", "17"]


def test_no_file_without_predictions(tmp_path):
    reports.write(document(breakers=(breaker(predictions=None),)), tmp_path)
    assert not list(tmp_path.rglob("letters-*.csv"))


def test_no_name_leads_out_of_the_folder(tmp_path):
    run = tmp_path / "run"
    run.mkdir()
    reports.write(document(breakers=(breaker(dataset="../../up", breaker="a/b"),)), run)
    assert [file.name for file in tmp_path.iterdir()] == ["run"]
    assert len(list((run / "predictions").iterdir())) == 1


def test_the_same_bytes_twice(written, tmp_path):
    doc, folder, _ = written
    reports.write(doc, tmp_path)
    for file in folder.rglob("*.*"):
        if file.is_file():
            assert (tmp_path / file.relative_to(folder)).read_bytes() == file.read_bytes()


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(LackingError, match="nowhere"):
        reports.write(document(), tmp_path / "no" / "nowhere")


def test_the_page_asks_nothing_of_the_network(written):
    text = written[2].read_text()
    parsed = Parsed(text)
    assert not {"script", "link", "iframe", "object", "embed", "base"} & set(parsed.tags)
    assert parsed.links
    assert all(link.startswith("data:image/png;base64,") for link in parsed.links)
    assert not re.search(r"url\((?!#)|@import", text)
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in text


def test_ids_are_unique_and_references_lead_somewhere(written):
    text = written[2].read_text()
    ids = Parsed(text).ids
    assert len(ids) == len(set(ids)) > 10
    assert set(re.findall(r"url\(#([^)]+)\)", text)) <= set(ids)


def test_ids_of_pictures_meet_nowhere_and_stay_the_same():
    data = alt.InlineData(values=[{"x": 1, "y": 2}, {"x": 2, "y": 3}])

    def draw(name):
        chart = alt.Chart(data).mark_line(clip=True).encode(x="x:Q", y="y:Q")
        return str(drawing.inline(chart, name, "a clipped line"))

    first, second, again = draw("one"), draw("two"), draw("one")
    ids = [set(re.findall(r'id="([^"]+)"', text)) for text in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]
    assert set(re.findall(r"url\(#([^)]+)\)", first)) == ids[0]
    assert first == again


def test_pictures_say_what_they_show_and_take_the_page_s_ink(written):
    text = written[2].read_text()
    drawn = re.findall(r"<svg role=\"img\"[^>]*>", text)
    assert len(drawn) >= 7  # two figures of two panels, training of two, confusions
    assert all(re.search(r'aria-label="[^"]{20,}"', head) for head in drawn)
    assert palette.INK not in text
    assert "currentColor" in text


def test_hostile_names_are_only_text(tmp_path):
    doc = document(
        breakers=(
            breaker(
                breaker=HOSTILE,
                misread=(Picture(file="x", target=HOSTILE, prediction=HOSTILE, clean=PIXEL),),
                confusions=(("<", HOSTILE, 3),),
            ),
        ),
        rows=(row(HOSTILE, breaker=HOSTILE, source=HOSTILE, warnings=(HOSTILE,)),),
        failures=(Failure(step=HOSTILE, status="failed", reason=HOSTILE),),
        title=HOSTILE,
        asked=HOSTILE,
    )
    text, parsed = page(tmp_path, doc)
    assert "script" not in parsed.tags
    assert "<img src=http" not in text
    assert all(link.startswith("data:") for link in parsed.links)
    assert HOSTILE in parsed.text


@pytest.mark.parametrize(("right", "trials"), [(9999, 10000), (1, 10000)])
def test_almost_is_not_all_and_hardly_is_not_none(tmp_path, right, trials):
    one = breaker(right, trials)
    rows = (row(right=right, trials=trials), row(right=right, trials=trials, epsilon=0.0))
    doc = document(breakers=(one.model_copy(update={"history": ()}),), rows=rows)
    _, parsed = page(tmp_path, doc)
    shown = re.findall(r"\b\d+\.\d %", parsed.text.split("Rates are right captchas")[0])
    assert {"99.9 %"} <= set(shown) if right > 1 else {"0.1 %"} <= set(shown)
    assert "100.0 %" not in shown
    # of attack success, 5 of 10,000 is 0.1 % too: nothing here is none
    assert "0.0 %" not in shown


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0.9999, "99.9"), (1.0, "100.0"), (1e-5, "0.1"), (0.0, "0.0"), (0.5, "50.0")],
)
def test_an_interval_s_end_is_not_overstated(share, shown):
    assert rates.bound(share) == shown


def test_headline_says_what_to_expect_on_a_page():
    (card,) = headlines.headlines(document()).cards
    said = " ".join(card.sentences)
    assert "reader reads 67.0 % of letters captchas (95 %: 65.0 to 69.0), 1 in 1.5 tries" in said
    assert "100,000 tries a day lets it in about 67,000 times" in said
    # 540 of 1,000 by the worst case, not the 603 of a single attack
    assert "within 0.1 (linf), taken per captcha, leaves 54.0 %" in said
    assert any("owner" in tile.side for tile in card.tiles)


def test_headline_names_the_defense_that_changes_something():
    rows = (
        row(WORST_CASE, right=3),
        row(WORST_CASE, right=157, defense="finetune"),
        row(WORST_CASE, right=9, defense="blur"),
    )
    breakers = (breaker(), breaker(right=950, defense="finetune"), breaker(defense="blur"))
    (card,) = headlines.headlines(document(breakers, rows)).cards
    assert "Defended by finetune it still reads 15.7 %" in card.sentences[-1]
    assert "95.0 % clean" in card.sentences[-1]
    (card,) = headlines.headlines(document(breakers, rows[::2])).cards
    assert card.sentences[-1] == "No defense measured (blur) raises that beyond the intervals."


def test_headline_of_a_classifier_speaks_of_images():
    doc = document((breaker(900, 1000, 1),), (row("pgd", right=10, length=1),))
    (card,) = headlines.headlines(doc).cards
    assert "tries" not in " ".join(card.sentences)
    assert "taken per image, leaves 1.0 %" in card.sentences[1]


def test_nothing_read_rules_nothing_out():
    (card,) = headlines.headlines(document((breaker(0, 1000),), ())).cards
    assert "reads none of 1,000 letters captchas" in card.sentences[0]
    assert "up to 2,000 entries a day are not ruled out" in card.sentences[0]


def test_failed_skipped_and_not_measured_look_different(written):
    text = written[2].read_text()
    parsed = Parsed(text)
    assert "the loss became NaN" in parsed.text
    assert "measurements: 15 ok, 1 failed , 1 skipped" in parsed.text
    defenses = text.split('id="defenses"')[1].split("</section>")[0]
    classes = {'class="badge failed"', 'class="badge skipped"', 'class="missing"'}
    assert all(word in defenses for word in classes)


def test_warnings_appear_once_with_meaning_and_count(tmp_path):
    rows = (row(warnings=("few_captchas", "strange")), row(epsilon=0.3, warnings=("few_captchas",)))
    text, parsed = page(tmp_path, document(rows=rows))
    section = text.split('id="warnings"')[1].split("</section>")[0]
    assert section.count("<code>few_captchas</code>") == 1
    assert "fewer than 1,000 captchas behind the figure" in parsed.text
    assert "2 of 2 measurements" in section
    assert "<code>strange</code> strange" in section  # a code without a known meaning is still told


@pytest.mark.parametrize(
    "doc",
    [
        document(breakers=(), rows=()),
        document(
            breakers=(
                breaker(
                    status="failed", accuracy=None, parameters=None, seconds=None, history=(),
                    milliseconds_per_captcha=None, predictions=None, misread=(), confusions=(),
                ),
            ),
            rows=tuple(row("pgd", e, status="skipped") for e in EPSILONS),
            failures=(Failure(step="train reader", status="failed", reason="out of memory"),),
        ),
        document(rows=()),
        document(breakers=(breaker(0, 0),), rows=(row(right=0, trials=0),)),
        document(rows=(row("pgd", 0.0),)),
    ],
    ids=["nothing", "all failed", "no attacks", "no captchas", "radius 0 alone"],
)  # fmt: skip
def test_poor_documents_render(tmp_path, doc):
    text, parsed = page(tmp_path, doc)
    assert parsed.open == []
    assert "A small run" in parsed.text
    assert not re.search(r"\b(nan|None|undefined|Infinity)\b", text)
    for failure in doc.failures:
        assert failure.reason in parsed.text


def test_the_page_never_promises(written):
    assert "secure" not in written[2].read_text().lower()


def test_wrong_characters_are_marked_by_more_than_color(written):
    text = written[2].read_text()
    assert '<span class="sign">✗</span>0<u>O</u>42' in text
    assert '<span class="sign">✓</span>0042' in text
    assert galleries.read("00", "000").characters == (("0", False), ("0", False))


def test_pictures_are_left_out_before_the_page_grows_too_large():
    heavy = Picture(
        file="a", target="1", prediction="1", clean="A" * 50_000, perturbed="A" * 50_000
    )
    sheets = tuple(
        SampleSheet(
            dataset="d", breaker=f"b{n % 10}", defense="none", attack=f"a{n}", epsilon=0.1,
            pictures=(heavy,) * 6,
        )
        for n in range(100)
    )  # fmt: skip
    found = galleries.galleries(document(samples=sheets))
    shown = [shot for one in found.shown for sheet in one.sheets for shot in sheet.shots]
    assert len(found.shown) == 10  # each breaker shows something
    assert len(shown) * 100_000 <= galleries.SAMPLE_ROOM
    assert found.left_out + sum(len(one.sheets) for one in found.shown) == 100


def luminance(color):
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("ground", ["#ffffff", "#15181c"])
def test_lines_stand_out_on_both_grounds(ground):
    style = (page_module.ROOM / "page.css").read_text()
    assert f"--ground: {ground}" in style
    for color in palette.COLORS:
        light, dark = sorted((luminance(color), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, color


def test_many_lines_each_look_different():
    styles = [palette.numbered_style(f"variant {n}", n) for n in range(24)]
    assert len({(one.color, one.dash) for one in styles}) == 24


def test_breakers_whose_names_run_together_keep_their_own_files(tmp_path):
    first = breaker(dataset="a-b", breaker="c")
    second = breaker(dataset="a", breaker="b-c")
    reports.write(document(breakers=(first, second)), tmp_path)
    assert len(list((tmp_path / "predictions").glob("*.csv"))) == 2
