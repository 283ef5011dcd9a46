"""Headlines of a home's runs: one that cannot be read must not hide the others."""

import os

import pytest

from commands.headlines import LONGEST, SHOWN, headlines

HEADER = "dataset,breaker,defense,captcha_accuracy\n"
GOOD = "digits,small,none,0.9\n"


@pytest.fixture
def home(tmp_path):
    for name in ("good", "odd"):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True)
        (folder / "sweep.toml").write_text('name = "x"\n')
        (folder / "report.html").write_text("a report")
        (folder / "breakers.csv").write_text(HEADER + GOOD)
    return tmp_path


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (HEADER + GOOD, 1),
        (HEADER + GOOD * 9, SHOWN),
        (HEADER + "digits,small,none,nan\n" + GOOD, 1),
        (HEADER + "digits,small,none,inf\ndigits,small,none,-inf\n" + GOOD, 1),
        (HEADER + "digits,small,none,abc\ndigits,small,none,\ndigits,small,none\n" + GOOD, 1),
        (HEADER + "digits,small,none,1e999\ndigits,small,none,2\ndigits,a,none,-1\n" + GOOD, 1),
        ("dataset,breaker,defense\ndigits,small,none\n", 0),
        ("breaker,defense,captcha_accuracy\nsmall,none,0.9\n", 0),
        (HEADER + f"digits,{'x' * 200_000},none,0.9\n" + GOOD, 1),
        (HEADER + f"digits,{'x' * 100_000},none,0.9\n" + GOOD, 2),
        (HEADER + "digits,\udcff\udcfe,none,0.9\n" + GOOD, 2),
        ("\udcff\udcfe" + HEADER + GOOD, 0),
        ("\0" * 100, 0),
        ("", 0),
        ("\n\n" + HEADER + "\n\n" + GOOD, 1),
        (HEADER + 'digits,"small,none,0.9\n' + GOOD, 1),
    ],
)
def test_an_odd_line_is_left_out(text, lines, home):
    (home / "runs" / "odd" / "breakers.csv").write_bytes(text.encode(errors="surrogateescape"))
    shown = headlines(home)
    assert shown["good"] == ["small reads 90.0 % of digits"]
    assert len(shown["odd"]) == lines
    for line in shown["odd"]:
        assert len(line) < 3 * LONGEST
        assert line.encode().isascii() or "\ufffd" in line


def test_the_strongest_breaker_of_each_data_set_comes_first(home):
    rows = ("a,weak,none,0.1", "a,strong,none,0.9", "a,strong,blur,0.95", "b,sole,none,0.2")
    rows += ("a,middle,none,0.5", "a,lost,none,0.0")
    (home / "runs" / "odd" / "breakers.csv").write_text(HEADER + "\n".join(rows))
    assert headlines(home)["odd"] == [
        "strong reads 90.0 % of a", "sole reads 20.0 % of b", "middle reads 50.0 % of a",
        "weak reads 10.0 % of a",
    ]  # fmt: skip


def pipe(path):
    path.unlink()
    os.mkfifo(path)


def directory(path):
    path.unlink()
    path.mkdir()


def dangling(path):
    path.unlink()
    path.symlink_to("nowhere")


def circle(path):
    path.unlink()
    path.symlink_to(path)


@pytest.mark.parametrize("become", [pipe, directory, dangling, circle])
def test_a_breakers_csv_that_is_no_file(become, home):
    become(home / "runs" / "odd" / "breakers.csv")
    assert headlines(home) == {"good": ["small reads 90.0 % of digits"], "odd": []}


@pytest.mark.parametrize("become", [pipe, directory, dangling, circle])
def test_a_report_that_is_no_file(become, home):
    become(home / "runs" / "odd" / "report.html")
    assert list(headlines(home)) == ["good"]


@pytest.mark.parametrize("file", ["sweep.toml", "failures"])
@pytest.mark.parametrize("become", [pipe, directory, dangling, circle])
def test_a_run_with_an_odd_file_hides_no_other(file, become, home):
    path = home / "runs" / "odd" / file
    path.touch()
    become(path)
    assert "good" in headlines(home)


def test_a_folder_whose_name_is_no_text(home):
    name = os.fsdecode(b"odd-\xff")
    (home / "runs" / "odd").rename(home / "runs" / name)
    assert list(headlines(home)) == ["good"]
