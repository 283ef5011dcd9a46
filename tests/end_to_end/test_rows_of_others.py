"""An attack of somebody else: listed, run in a sweep, and held to what all attacks promise."""

import csv
import json
import os
import subprocess
import sys

import pytest
from console import ROOT, command

from commands.listing import listing
from harness.errors import SpecError

FLIP = '''
from typing import ClassVar

import numpy as np
from pydantic import Field

from harness.attacks.attack import Attack, Perturbed, sixteen_bit, unit

print("a file that prints while it is read")


class Flip(Attack):
    """Moves every pixel towards its opposite."""

    knowledge: ClassVar[str] = "black_box"
    answers: ClassVar[str] = "classes"
    norms: ClassVar[tuple[str, ...]] = ("linf",)

    share: float = Field(1.0, ge=0, le=1, description="of the radius")

    def perturb(self, reader, clean, labels, epsilons, seed, progress):
        print("an attack that prints")
        base = unit(clean)
        for epsilon in epsilons:
            moved = base + np.float32(self.share * epsilon) * np.sign(0.5 - base)
            yield Perturbed(epsilon, sixteen_bit(clean, np.clip(moved, 0, 1)), 0)
'''
SWEEP = """
name = "others"
epsilons = [0.0, 0.25]
[datasets.digits]
generator = "image_captcha"
alphabet = "01"
length = 1
width = 40
height = 24
font_sizes = [20]
train = 64
test = 16
[breakers.small]
dataset = "digits"
architecture = "simple_cnn"
epochs = 1
[attacks.theirs]
attack = "{attack}"
share = 0.5
"""
CHECK = "from harness.testing import check_attack; from flips import Flip; check_attack(Flip())"


@pytest.fixture
def package(tmp_path):
    """A folder on the path, as if a package with an attack had been installed there."""
    (tmp_path / "flips.py").write_text(FLIP)
    info = tmp_path / "flips-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: flips\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[captcha_harness.attack]\nflip = flips:Flip\n")
    return tmp_path


def spawned(*args, folder):
    """Run Python with the package on its path."""
    done = subprocess.run(
        [sys.executable, *map(str, args)],
        capture_output=True, text=True, cwd=folder, check=False,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done


def moves(home):
    """How far the attack moved pixels, at each radius."""
    (folder,) = (each for each in (home / "runs").iterdir() if each.is_dir())
    rows = csv.DictReader((folder / "results.csv").read_text().splitlines())
    return [float(row["mean_linf"]) for row in rows if row["attack"] == "theirs"]


def test_by_entry_point(package):
    listed = spawned("-m", "commands.cli", "list", "attacks", "--json", folder=package)
    assert json.loads(listed.stdout)["attack"]["flip"]["about"].startswith("Moves every pixel")
    (package / "others.toml").write_text(SWEEP.format(attack="flip"))
    done = spawned(
        "-m", "commands.cli", "run", "others.toml", "--json", "--home", "home", folder=package
    )
    assert json.loads(done.stdout)["run"].startswith("others-")
    assert moves(package / "home") == pytest.approx([0, 0.125], abs=1e-3)
    spawned("-c", CHECK, folder=package)


def test_by_file(tmp_path):
    (tmp_path / "my.py").write_text(FLIP)
    listed = spawned("-m", "commands.cli", "list", tmp_path / "my.py", "--json", folder=tmp_path)
    assert json.loads(listed.stdout)["attack"]["my.py:Flip"]["options"]["share"]["default"] == 1.0
    (tmp_path / "others.toml").write_text(SWEEP.format(attack="my.py:Flip"))
    done = command("run", tmp_path / "others.toml", "--json", home=tmp_path / "home", check=0)
    assert json.loads(done.stdout)["run"].startswith("others-")
    assert moves(tmp_path / "home") == pytest.approx([0, 0.125], abs=1e-3)


def test_a_file_without_rows_says_so(tmp_path):
    (tmp_path / "empty.py").write_text("x = 1\n")
    with pytest.raises(SpecError, match=r"empty\.py holds no row"):
        listing(str(tmp_path / "empty.py"))
