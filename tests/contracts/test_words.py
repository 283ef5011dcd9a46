"""Names and first lines are the field's: what is kept here needs no reader's attention."""

from console import ROOT

from benchmarks.house import Offence, files, no_verbs, private_names

OFFENDERS_LEFT: tuple[str, ...] = ()


def offences(file):
    return private_names(file) + no_verbs(file)


def test_names_are_words_of_the_field_and_first_lines_begin_with_a_verb():
    """A verb that is lacking is added to benchmarks/verbs.txt."""
    left = {ROOT / name for name in OFFENDERS_LEFT}
    all_of_them = [offence for file in files() if file not in left for offence in offences(file)]
    shown = "\n".join(f"{where}: {what}" for where, what in all_of_them)
    assert not all_of_them, f"{len(all_of_them)} offences\n{shown}"


def test_a_file_that_is_there_leaves_the_list():
    assert [name for name in OFFENDERS_LEFT if not offences(ROOT / name)] == []


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
