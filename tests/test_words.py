"""Names and first lines are the field's: what is kept here needs no reader's attention."""

import pytest
from console import ROOT

from benchmarks.house import Offence, files, no_verbs, private_names

OFFENDERS_LEFT: dict[str, int] = {}  # files that are not there yet, and how many they have left


def name_of(file):
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def shown(offences):
    return "\n" + "\n".join(f"{where}: {what}" for where, what in offences)


@pytest.mark.parametrize("file", files(), ids=name_of)
def test_names_are_words_of_the_field_and_first_lines_begin_with_a_verb(file):
    offences = private_names(file) + no_verbs(file)
    left = OFFENDERS_LEFT.get(str(file.relative_to(ROOT)), 0)
    assert len(offences) <= left, shown(offences)
    assert len(offences) >= left, f"{file} has fewer left: {len(offences)}"


def test_every_kind_of_name_is_looked_at(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.house.ROOT", tmp_path)
    file = tmp_path / "x.py"
    file.write_text(
        "import re as said\n"
        "def told(one, *place, made=1, **own):\n"
        '    "The words."\n'
        "    self.found = [word for word in given]\n"
        "    call(one=1)\n"
        "    return self.place\n"
        "async def fine():\n"
        '    "Give something."\n'
    )
    names = sorted(offence.what for offence in private_names(file))
    assert names == ["found", "made", "one", "own", "place", "said", "told", "word"]
    assert no_verbs(file) == [Offence("x.py:2", "told: 'The'")]
