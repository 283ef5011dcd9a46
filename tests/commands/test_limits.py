"""The table [limits] of a sweep file, from the command line to the exit code."""

import json

from console import command
from planted import Planted


def begun(folder, right, limits):
    """A run whose breaker reads so many of 200 captchas, and its sweep file with limits."""
    planted = Planted(folder / "home", [[0, 1, 2]] * 200)
    planted.draw()
    planted.train()
    planted.read([[0, 1, 2]] * right + [[1, 1, 1]] * (200 - right))
    file = folder / "own.toml"
    file.write_text(f"{planted.text}\n[limits]\n{limits}\n")
    return file


def test_a_crossed_limit_ends_with_4_and_is_named(tmp_path):
    file, home = begun(tmp_path, 126, "captcha_accuracy = 0.5"), tmp_path / "home"
    said = json.loads(command("run", file, "--json", home=home, check=4).stdout)
    assert [(one["limit"], one["kept"]) for one in said["limits"]] == [("captcha_accuracy", False)]
    (junit,) = home.glob("runs/*/limits.xml")
    assert 'failures="1"' in junit.read_text()
    text = command("report", said["run"], home=home, check=4).stdout
    assert "limit captcha_accuracy on" in text
    assert "crossed: at most 50 % right answers" in text


def test_limits_that_are_kept_end_with_0(tmp_path):
    file, home = begun(tmp_path, 126, "solved_per_day = 100_000"), tmp_path / "home"
    said = json.loads(command("run", file, "--json", home=home, check=0).stdout)
    assert [one["kept"] for one in said["limits"]] == [True]


def test_a_limit_that_is_misspelt_is_one_line(tmp_path):
    file = begun(tmp_path, 1, "captcha_acuracy = 0.5")
    said = command("plan", file, home=tmp_path / "home", check=2).stderr
    assert "limits.captcha_acuracy" in said
    file.write_text(file.read_text().replace("[limits]", "[limit]"))
    said = command("plan", file, home=tmp_path / "home", check=2).stderr
    assert "did you mean 'limits'" in said
