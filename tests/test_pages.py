"""The examples of pages for Python run, one after the other, in an empty folder."""

import re

import pytest
from conftest import ROOT

BLOCK = re.compile(r"^```python\n(.*?)^```$", re.S | re.M)
FILE = re.compile(r"^# (\S+\.(?:py|toml))\n")


@pytest.mark.parametrize("page", ["python", "own-rows"])
@pytest.mark.filterwarnings("ignore:__array__ implementation")  # Keras, of NumPy
def test_the_examples_of_a_page_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    namespace = {"__name__": "__main__"}
    for block in BLOCK.findall((ROOT / "docs" / f"{page}.md").read_text()):
        named = FILE.match(block)
        if named:
            (tmp_path / named[1]).write_text(block)
        else:
            exec(compile(block, f"docs/{page}.md", "exec"), namespace)
