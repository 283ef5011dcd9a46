"""A measurement of an installed package: planned, carried out, gathered and shown."""

import csv

import pytest
from console import ROOT
from darkened.measurement import MEASUREMENT, SHARES

from harness.errors import SpecError
from harness.measurements import catalog
from harness.measurements.measurement import Measurement
from harness.runs.creation import start
from harness.runs.document import gather
from harness.runs.local_execution import carry_out_all
from harness.runs.progress import Silence
from reports import write

SWEEP = """
name = "dark"
[datasets.digits]
generator = "image_captcha"
alphabet = "01"
length = 1
width = 40
height = 24
font_sizes = [20]
train = 64
test = 32
[breakers.small]
dataset = "digits"
architecture = "simple_cnn"
epochs = 1
"""


@pytest.fixture
def installed(monkeypatch):
    """What packages add, as if they were installed."""
    added = [("darkened", MEASUREMENT)]
    caches = (catalog.measurements, catalog.functions, catalog.works)

    def clear():
        for cache in caches:
            cache.cache_clear()

    monkeypatch.setattr(catalog, "installed", lambda _noun: iter(added))
    clear()
    yield added
    monkeypatch.undo()
    clear()


def test_a_measurement_is_three_small_files():
    files = sorted((ROOT / "tests" / "support" / "darkened").glob("*.py"))
    assert [f.name for f in files] == ["__init__.py", "measurement.py", "run.py", "work.py"]
    assert all(len(f.read_text().splitlines()) < 80 for f in files)


@pytest.mark.usefixtures("installed")
def test_its_steps_are_done_and_its_rows_are_shown(tmp_path):
    file = tmp_path / "dark.toml"
    file.write_text(SWEEP)
    run = start(file, tmp_path / "home")
    assert [step.label for step in run.steps][-1] == "read in the dark with small"
    carry_out_all(run, Silence())
    page = write(gather(run), run.folder)
    rows = list(csv.DictReader((run.folder / "darkened.csv").read_text().splitlines()))
    assert [float(row["brightness"]) for row in rows] == list(SHARES)
    assert all(row["n_captchas"] == "32" and row["breaker"] == "small" for row in rows)
    assert "In the dark" in page.read_text()
    assert list((tmp_path / "home" / "darkened").iterdir())  # a kind of artifact of its own


@pytest.mark.usefixtures("installed")
def test_a_run_is_read_again_with_its_entries(tmp_path):
    file = tmp_path / "dark.toml"
    file.write_text(SWEEP)
    run = start(file, tmp_path / "home")
    assert run.plan.find(MEASUREMENT.entry, breaker="small")[0].darkened in run.digests()


def test_two_of_a_name_are_refused(installed):
    installed.append(("again", MEASUREMENT))
    with pytest.raises(SpecError, match="two measurements are called 'darkened'"):
        catalog.measurements()


def test_what_is_no_measurement_is_refused(installed):
    installed[:] = [("odd", Measurement)]
    with pytest.raises(SpecError, match="odd gives type; it must be"):
        catalog.measurements()
