"""Documents to write reports of: whole ones, poor ones, hostile ones."""

import base64
from html.parser import HTMLParser

import pytest

import reports
from harness.results.document import (
    BreakerResult,
    Document,
    Failure,
    Picture,
    Provenance,
    SampleSheet,
)
from harness.results.rows.prediction import Predictions
from harness.results.rows.result import WORST_CASE, ResultRow
from harness.results.tally import Accuracy, Tally

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
            targets=("0042", "1e5", "17"), match=(True, False, True), confidence=(0.75, 0.0, 1.0),
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
        if self.open and self.open[-1] not in ("style", "script"):
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
