"""The page: self-contained, honest, readable in light and dark."""

import base64
import gzip
import hashlib
import re

import pytest
from documents import (
    EPSILONS,
    HOSTILE,
    PIXEL,
    Parsed,
    breaker,
    document,
    page,
    row,
)

from harness.results.document import Failure, Picture, SampleSheet
from reports import page as page_module
from reports import palette
from reports.marked_text import mark
from reports.sections import samples


def test_the_page_asks_nothing_of_the_network(written):
    text = written[2].read_text()
    parsed = Parsed(text)
    assert not {"link", "iframe", "object", "embed", "base", "form"} & set(parsed.tags)
    assert parsed.links
    outside = [
        link for link in parsed.links if not link.startswith(("data:image/png;base64,", "#"))
    ]
    assert outside
    assert all((written[1] / link).is_file() for link in outside)  # CSV files beside the page
    assert not re.search(r"url\((?![#`])|@import", text.split("<script>")[0])


def test_only_the_page_s_script_may_run(written):
    text = written[2].read_text()
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    (run,) = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(run.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe-eval" not in policy
    kinds = re.findall(r"<script([^>]*)>", text)
    data = [kind for kind in kinds if kind]
    assert len(kinds) - len(data) == 1
    assert all(re.match(r' type="application/(json|octet-stream)"', kind) for kind in data)


def test_the_csv_files_are_inside_of_the_page(written):
    _, folder, path = written
    text = path.read_text()
    for name, block in re.findall(r'data-packed="([^"]+)" data-file="([^"]+)"', text):
        (packed,) = re.findall(rf'id="{name}">([^<]*)<', text)
        assert gzip.decompress(base64.b64decode(packed)) == (folder / block).read_bytes()
    assert set(re.findall(r'data-file="([^"]+)"', text)) == {
        str(file.relative_to(folder)) for file in folder.rglob("*.csv")
    }


def test_ids_are_unique_and_references_lead_somewhere(written):
    text = written[2].read_text()
    ids = Parsed(text).ids
    assert len(ids) == len(set(ids)) > 10
    links = [link[1:] for link in Parsed(text).links if link.startswith("#")]
    assert len(links) > 10
    assert set(links) <= set(ids)


def test_pictures_say_what_they_show_and_take_the_page_s_ink(written):
    text = written[2].read_text()
    drawn = re.findall(r"<svg role=\"img\"[^>]*>", text.split("<script>")[0])
    assert len(drawn) >= 7  # two figures of two panels, training of two, confusions
    assert all(re.search(r'aria-label="[^"]{20,}"', head) for head in drawn)
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
    assert len(re.findall(r"<script>", text)) == 1
    assert "<img src=http" not in text
    beside = [link for link in parsed.links if not link.startswith(("data:", "#"))]
    assert all(link.endswith(".csv") and ":" not in link for link in beside)
    assert HOSTILE in parsed.text


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
    assert not re.search(r"\b(nan|None|undefined|Infinity)\b", text.split("<script>")[0])
    for failure in doc.failures:
        assert failure.reason in parsed.text


def test_the_page_never_promises(written):
    assert "secure" not in written[2].read_text().lower()


def test_wrong_characters_are_marked_by_more_than_color(written):
    text = written[2].read_text()
    assert '<span class="sign">✗</span>0<u>O</u>42' in text
    assert '<span class="sign">✓</span>0042' in text
    assert mark("00", "000").characters == (("0", False), ("0", False))


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
    content = samples.content(document(samples=sheets))
    shown = [shot for each in content.galleries for sheet in each.sheets for shot in sheet.shots]
    assert len(content.galleries) == 10  # each breaker shows something
    assert len(shown) * 100_000 <= samples.ROOM
    assert content.left_out + sum(len(each.sheets) for each in content.galleries) == 100


def luminance(color):
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("ground", ["#ffffff", "#15181c"])
def test_lines_stand_out_on_both_grounds(ground):
    style = (page_module.FOLDER / "page.css").read_text()
    assert f"--ground: {ground}" in style
    for color in palette.COLORS:
        light, dark = sorted((luminance(color), luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, color


def test_many_lines_each_look_different():
    styles = [palette.numbered_style(f"variant {n}", n) for n in range(24)]
    assert len({(style.color, style.dash) for style in styles}) == 24
