"""The page in a browser: what its script makes of charts and tables, by pointer and by keys."""

import functools
import http.server
import threading

import pytest
from documents import HOSTILE, breaker, document, row
from surroundings import lacking

import reports

LETTERS = "ABCDEFGHIJ"


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_arguments):
        pass


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A report in Chromium; what it said on the console is no more than nothing."""
    from harness.browser.chromium import chromium, program
    from harness.errors import SkippedError

    try:
        program()
    except SkippedError as reason:
        lacking(str(reason))
    folder = tmp_path_factory.mktemp("instrument")
    readers = [
        breaker(right=100 + 50 * number, breaker=f"{letter}{HOSTILE}")
        for number, letter in enumerate(LETTERS)
    ]
    rows = [
        row(attack, epsilon, right=int(670 * (1 - epsilon)), breaker=f"A{HOSTILE}")
        for attack in ("pgd", f"fgsm{HOSTILE}")
        for epsilon in (0.0, 0.1, 0.3)
    ]
    reports.write(document(breakers=readers, rows=rows), folder)
    handler = functools.partial(Quiet, directory=folder)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    said, asked = [], []
    with chromium() as browser:
        page = browser.new_context(accept_downloads=True).new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"http://127.0.0.1:{server.server_port}/report.html")
        yield page, folder
        page.context.close()
    server.shutdown()
    server.server_close()
    assert said == []
    assert [url for url in asked if not url.startswith(("data:", "blob:"))] == asked[:1]


def texts(page, selector):
    return [(each.text_content() or "").strip() for each in page.locator(selector).all()]


def test_a_table_is_sorted_filtered_and_comes_back(opened):
    page, _ = opened
    rows, heading = "table.breakers tbody th", "table.breakers thead th >> nth=3 >> button"
    given = texts(page, rows)
    page.click(heading)
    assert [name[0] for name in texts(page, rows)] == list(reversed(LETTERS))
    page.click(heading)
    assert [name[0] for name in texts(page, rows)] == list(LETTERS)
    page.click(heading)
    assert texts(page, rows) == given
    page.fill("#breakers input[type=search]", "55.0")
    visible = [each for each in page.locator(rows).all() if each.is_visible()]
    assert [each.inner_text()[0] for each in visible] == ["J"]
    page.fill("#breakers input[type=search]", "")


def test_a_line_goes_and_comes_back(opened):
    page, _ = opened
    lines, entry = "#accuracy-0-0 g.line", page.locator("#accuracy .legend button").first
    entry.click()
    assert (page.locator(lines).count(), entry.get_attribute("aria-pressed")) == (1, "false")
    entry.click()
    assert page.locator(lines).count() == 2


def test_keys_walk_along_the_points_and_zoom(opened):
    page, _ = opened
    page.focus("#accuracy-0-0")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    tip = page.locator("#accuracy-0-0 .tip")
    assert "epsilon 0.1" in tip.inner_text()
    assert "60.3 %" in tip.inner_text()
    marks = texts(page, "#accuracy-0-0 .axes text")
    page.keyboard.press("+")
    assert texts(page, "#accuracy-0-0 .axes text") != marks
    page.keyboard.press("0")
    assert texts(page, "#accuracy-0-0 .axes text") == marks


def test_the_chart_that_the_script_draws_is_the_one_of_the_page(opened):
    """The two ways of drawing agree on every mark, label and line."""
    page, folder = opened
    drawn = "[...document.querySelectorAll('#accuracy-0-0 .axes text')].map(t => [t.textContent, "
    drawn += "Math.round(t.getAttribute('x')), Math.round(t.getAttribute('y'))])"
    page.focus("#accuracy-0-0")
    page.keyboard.press("0")
    again = page.evaluate(drawn)
    fresh = page.evaluate(
        "text => { const box = document.createElement('div'); box.innerHTML = text; return "
        + drawn.replace("document.", "box.")
        + "; }",
        (folder / "report.html").read_text().split("<main>")[1].split("</main>")[0],
    )
    assert again == fresh
    assert len(again) > 8


@pytest.mark.parametrize("scale", ["log", "logit"])
def test_another_scale_keeps_the_points(opened, scale):
    page, _ = opened
    page.select_option("#accuracy-0-0 select", scale)
    path = page.locator("#accuracy-0-0 g.line path").first.get_attribute("d")
    assert "NaN" not in path
    assert path.count(",") == 3
    page.select_option("#accuracy-0-0 select", "linear")


def test_points_and_files_are_taken_along(opened):
    page, folder = opened
    chart = page.locator("#accuracy-0-0 .tools").first
    with page.expect_download() as taken:
        chart.get_by_text("CSV").click()
    text = taken.value.path().read_text()
    assert text.startswith("line,epsilon,")
    assert len(text.splitlines()) == 7
    with page.expect_download() as taken:
        page.click("[data-file='results.csv'] button")
    assert taken.value.path().read_bytes() == (folder / "results.csv").read_bytes()


def test_names_stay_text(opened):
    page, _ = opened
    page.locator("#accuracy-0-0").get_by_text("data", exact=True).click()
    assert HOSTILE in "".join(texts(page, "#accuracy-0-0 .points td"))
    assert page.locator("script:not([type])").count() == 1


def test_the_contents_follow(opened):
    page, _ = opened
    page.click(".contents a[href='#training']")
    page.wait_for_selector(".contents a[aria-current][href='#training']")
