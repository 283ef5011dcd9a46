"""Rows of the tables that come from installed packages; entries that are varied."""

import json
import os
import subprocess
import sys

import pytest
from console import ROOT
from tiny import TINY

from harness.errors import SpecError
from harness.sweep.sweepfile import parse

PLUGIN = '''"""Lines to read."""
from harness.datasets.text_generator import TextGenerator
from PIL import Image

class Stripes(TextGenerator):
    """As many stripes as the first digit says."""

    def picture(self, text, numbers):
        return Image.new("L", (self.width, self.height), 255)
'''


@pytest.fixture
def installed(tmp_path):
    """A folder on the path, as if a package with three entry points had been installed there."""
    (tmp_path / "stripes.py").write_text(PLUGIN)
    info = tmp_path / "stripes-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: stripes\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[captcha_harness.generator]\nstripes = stripes:Stripes\nclaptcha = stripes:Stripes\n"
        "broken = stripes:Nothing\n"
    )
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def asked(code, environment):
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True, text=True, check=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    return json.loads(done.stdout)


def test_an_installed_package_adds_a_generator(installed):
    code = (
        "import json; from harness.registry import find, rows\n"
        "print(json.dumps([sorted(rows('generator')), find('generator', 'stripes').__doc__,"
        " find('generator', 'claptcha').__module__]))"
    )
    names, about, ours = asked(code, installed)
    assert {"stripes", "mnist"} <= set(names)
    assert about.startswith("As many stripes")
    assert ours == "harness.datasets.packages.claptcha", "a row of our own was replaced"


def test_a_row_that_cannot_be_loaded_is_one_line(installed):
    code = (
        "import json; from harness.registry import find; from harness.errors import SpecError\n"
        "try: find('generator', 'broken')\n"
        "except SpecError as error: print(json.dumps(str(error)))"
    )
    message = asked(code, installed)
    assert "'broken' of an installed package" in message
    assert "Nothing" in message


def test_data_sets_and_breakers_are_varied():
    each = "vary.dataset = ['digits-2', 'digits-3']"
    text = TINY.replace('dataset = "digits"', each)
    text = text.replace("length = 2", "vary.length = [2, 3, [2, 3]]")
    sweep = parse(text)
    assert list(sweep.datasets) == ["digits-2", "digits-3", "digits-2-3"]
    assert [one.dataset for one in sweep.breakers.values()] == ["digits-2", "digits-3"]
    assert list(sweep.breakers) == ["small-digits-2", "small-digits-3"]


def test_a_vary_that_is_no_list_is_refused():
    with pytest.raises(SpecError, match=r"datasets\.digits\.vary\.length = 3: must be a list"):
        parse(TINY.replace("length = 2", "vary.length = 3"))
