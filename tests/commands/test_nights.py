"""Two nights with a planted change: the trend marks it, the gate fails, the summary names it."""

import json

from console import command
from documents import Parsed
from planted import Planted

LIMITS = "\n[limits]\nsolved_per_day = 30_000\n"


def night(folder, seed, right, check):
    planted = Planted(folder / "home", [[0, 1, 2]] * 200, seed=seed)
    planted.draw()
    planted.train()
    planted.read([[0, 1, 2]] * right + [[1, 1, 1]] * (200 - right))
    file = folder / f"{seed}.toml"
    file.write_text(planted.text + LIMITS)
    done = command("run", file, "--json", home=folder / "home", check=check)
    return json.loads(done.stdout)["run"]


def test_a_change_over_night(tmp_path):
    home = tmp_path / "home"
    quiet = night(tmp_path, 3, 20, 0)
    index = home / "runs" / "index.html"
    assert "From run to run" not in index.read_text()
    same = night(tmp_path, 4, 24, 0)
    assert "No step is beyond chance." in Parsed(index.read_text()).text
    broken = night(tmp_path, 5, 120, 4)
    page = Parsed(index.read_text())
    assert page.open == []
    assert "more is read, 12.0 % (8.2 to 17.2) before and 60.0 % (53.1 to 66.5) now" in page.text
    assert page.text.count("Step.") == 1
    assert {f"{run}/report.html" for run in (quiet, same, broken)} <= set(page.links)
    assert "1 of 1 crossed" in page.text
    summary = (home / "runs" / broken / "summary.md").read_text()
    assert summary.startswith("## planted: 1 of 1 limits crossed")
    assert "❌ crossed | solved\\_per\\_day" in summary or "❌ crossed | solved_per_day" in summary
    command("compare", quiet, same, "--fail", home=home, check=0)
    out = tmp_path / "changes.md"
    command("compare", same, broken, "--fail", "--out", out, home=home, check=4)
    assert "| changed | breaker" in out.read_text()
    assert {quiet, same, broken} <= set(command("status", home=home, check=0).stdout.split())
