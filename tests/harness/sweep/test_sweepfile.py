"""Sweep files: all mistakes at once in our own words, names that do not collide, sizes that fit."""

import time

import pydantic
import pytest
from pydantic_core import core_schema
from tiny import TINY

from harness import complaints
from harness.errors import SpecError, SweepError
from harness.measurements.curves.work import CurveEntry
from harness.measurements.planning import plan
from harness.sweep.sweepfile import LARGEST, parse, read
from harness.sweep.vary import MOST

PLAIN = """
name = "plain"

[datasets.d]
generator = "image_captcha"
length = 2
width = 64
height = 40
train = 60
validation = 100
test = 20

[breakers.b]
dataset = "d"
architecture = "simple_cnn"
epochs = 1
"""


def mistakes(text):
    with pytest.raises(SpecError) as caught:
        plan(parse(text))
    lines = caught.value.lines()
    for line in lines:
        assert "\n" not in line
        for raw in ("pydantic", "dictionary", "input should", "valid integer", "validation error"):
            assert raw not in line.lower(), line
    return lines


def varied(line):
    return PLAIN.replace("epochs = 1", line)


def test_all_mistakes_are_told_at_once_the_first_one_first():
    text = PLAIN.replace("train = 60", 'train = "many"\ntrian = 3').replace(
        "simple_cnn", "simple_cn"
    )
    text = 'seed = -1\nepsilons = [2.0]\ncolour = "red"\n' + text + '[attacks.a]\nattack = "fgms"\n'
    lines = mistakes(text)
    told = [line.partition(" ")[0] for line in lines]
    assert told == [
        "datasets.d.trian:", "datasets.d.train", "breakers.b.architecture:", "attacks.a.attack:",
        "colour:", "seed", "epsilons.0",
    ]  # fmt: skip
    assert "did you mean 'train'" in lines[0]


def test_very_many_mistakes_are_counted():
    text = PLAIN + "".join(f"[attacks.a{n}]\nattack = 'fgms{n}'\n" for n in range(100))
    lines = mistakes(text)
    assert len(lines) == 21
    assert "80 more" in lines[-1]


@pytest.mark.parametrize(
    ("table", "meant"),
    [
        ("dataset", "datasets"),
        ("breaker", "breakers"),
        ("Attacks", "attacks"),
        ("dateset", "datasets"),
    ],
)
def test_a_misspelt_table_is_the_only_mistake(table, meant):
    text = PLAIN.replace(f"[{meant}.", f"[{table}.")
    if meant == "attacks":
        text += f'[{table}.a]\nattack = "fgsm"\n'
    (line,) = mistakes(text)
    assert line.startswith(f"{table}: unknown table; did you mean {meant!r}?")


WORDS = {
    "a text for a number": ("train = 60", 'train = "x"', "datasets.d.train = 'x': must be a whole number"),
    "a fraction for a number": ("train = 60", "train = 1.5", "train = 1.5: must be a whole number"),
    "a number for a text": ('dataset = "d"', "dataset = 3", "dataset = 3: must be text in quotes"),
    "a list for a number": ("train = 60", "train = [1]", "train = [1]: must be a whole number"),
    "a table for a number": ("train = 60", "train = {a = 1}", "datasets.d.train: must be a whole number"),
    "a text for a truth": ("epochs = 1", 'endless = "perhaps"', "endless = 'perhaps': must be true or false"),
    "a text for a list": ("epochs = 1", 'reads = "d"', "reads = 'd': must be a list"),
    "a number too large": ("epochs = 1", "epochs = 20000", "epochs = 20000: must be less than or equal to"),
    "nothing of a rate": ("epochs = 1", "learning_rate = 0", "learning_rate = 0: must be greater than 0"),
    "all of a share": ("epochs = 1", "shift = 1\nsettling = 1", "settling = 1: must be less than 1"),
    "a word that is no choice": ("epochs = 1", 'loss = "crossentropy"', "did you mean 'cross_entropy'"),
    "one of a union": ("length = 2", 'length = "x"', "length = 'x': must be a whole number or a list"),
    "in a union": ("length = 2", 'length = [4, "x"]', "datasets.d.length.1 = 'x': must be a whole number"),
    "too long for a union": ("length = 2", "length = [4, 5, 6]", "length = [4, 5, 6]: takes at most 2 values"),
    "a date": ("train = 60", "train = 2020-01-01", "train = 2020-01-01: must be a whole number"),
    "not a number": ('"plain"', '"plain"\nepsilons = [nan]', "epsilons.0 = nan: must be a number that is not"),
    "no radius": ('"plain"', '"plain"\nepsilons = []', "epsilons: [] holds no radius"),
    "no name": ('"plain"', '"Plain text"', "name = 'Plain text': no name: lower-case letters"),
    "no data sets": ("[datasets.d]", "[datasets]\n[gans.d]", "datasets: is missing; add a table"),
    "a table that is a list": ('"plain"', '"plain"\ngans = [1]', "gans = [1]: must hold named tables"),
    "an entry that is none": ('"plain"', '"plain"\nattacks.x = 1', "attacks.x = 1: must be a table"),
    "a dot in a name": ("[breakers.b]", "[breakers.b-0.5]", 'in quotes, as in [breakers.b-0."5"]'),
    "a name with signs": ("[breakers.b]", '[breakers."<b>"]', "breakers.'<b>': no name"),
    "an empty name": ("[breakers.b]", '[breakers.""]', "breakers.'': no name"),
    "a long name": ("[breakers.b]", f"[breakers.{'b' * 65}]", "a name of 65 characters; at most 64"),
    "hexadecimal digits": ("train = 60", f"train = 0x{'f' * 5000}", "a number of very many digits"),
    "a norm that is refused": ("[breakers.b]", '[attacks.a]\nattack = "pgd"\nepsilons = [0.1]\nnorm = "l3"\n[breakers.b]', "choices: l2, linf"),
    "an option that is none": ("[breakers.b]", '[attacks.a]\nattack = "apgd_dlr"\nepsilons = [0.1]\ntarget = "next"\n[breakers.b]', "cannot be set here"),
    "a deep list": ("train = 60", f"train = {'[' * 300}{']' * 300}", "must be a whole number"),
}  # fmt: skip


@pytest.mark.parametrize("case", WORDS)
def test_a_mistake_is_told_in_our_words(case):
    old, new, words = WORDS[case]
    assert old in PLAIN
    lines = mistakes(PLAIN.replace(old, new, 1))
    assert any(words in line for line in lines), lines


def types_of_errors(schema, seen=None):
    """Kinds of nodes in a pydantic schema."""
    seen = set() if seen is None else seen
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            seen.add(schema["type"])
        for part in schema.values():
            types_of_errors(part, seen)
    elif isinstance(schema, list | tuple):
        for part in schema:
            types_of_errors(part, seen)
    return seen


def test_every_kind_of_value_that_our_models_take_has_words():
    """What a schema can refuse: the kinds of values in it, and its limits."""
    from harness.registry import TABLES, find
    from harness.sweep.model import SweepSpec

    refusals = set(core_schema.ErrorType.__args__)
    rows = [find(noun, name) for noun in TABLES for name in TABLES[noun]]
    kinds = set().union(
        *(types_of_errors(row.__pydantic_core_schema__) for row in (*rows, SweepSpec))
    )
    possible = {f"{kind}_{end}" for kind in kinds for end in ("type", "parsing")} & refusals
    possible |= {"missing", "greater_than", "greater_than_equal", "less_than", "less_than_equal"}
    possible |= {
        "too_short",
        "too_long",
        "string_pattern_mismatch",
        "finite_number",
        "none_required",
    }
    possible |= {"int_from_float", "int_parsing_size", "string_too_short", "string_too_long"}
    assert possible <= complaints.ASKED_FOR.keys(), possible - complaints.ASKED_FOR.keys()
    assert complaints.ASKED_FOR.keys() <= refusals | {"path_type"}


def test_a_validator_that_validates_says_what_is_wrong_inside():
    class Inner(pydantic.BaseModel):
        size: int

    class Outer(pydantic.BaseModel):
        inner: str

        @pydantic.field_validator("inner")
        @classmethod
        def _whole(cls, value):
            Inner.model_validate({"size": value})
            return value

    with pytest.raises(pydantic.ValidationError) as caught:
        Outer.model_validate({"inner": "x"})
    (line,) = complaints.complaints(caught.value, "datasets.d", {"inner": "x"})
    assert line.startswith("datasets.d.inner")
    assert "must be a whole number" in line
    assert "further information" not in line


SLOW = {
    "brackets": "x = " + "[" * 100_000,
    "braces": "x = " + "{a = " * 100_000,
    "digits": PLAIN.replace("train = 60", f"train = {'9' * 1_000_000}"),
    "a dotted key": ".".join("a" * 100_000) + " = 1",
    "a dotted table": f"[{'.'.join('a' * 100_000)}]",
    "a dotted key in braces": f"x = {{{'.'.join('a' * 100_000)} = 1}}",
    "combinations": varied("\n".join(f"vary.k{n} = {list(range(100))}" for n in range(5))),
    "many lists": varied("\n".join(f"vary.k{n} = [1, 2]" for n in range(5000))),
    "a long list": varied(f"vary.repeat = {list(range(MOST + 1))}"),
    "one list too long": varied(f"vary.repeat = {[1] * 200_000}"),
}


@pytest.mark.parametrize("case", SLOW)
def test_what_is_too_much_is_one_line_at_once(case):
    start = time.process_time()
    lines = mistakes(SLOW[case])
    assert len(lines) == 1
    assert len(lines[0]) < 400
    assert time.process_time() - start < 20, "not at once"  # a guard against minutes, no measure


ENCODED = {
    "a byte order mark": (PLAIN.encode("utf-8-sig"), None),
    "Windows line ends": (PLAIN.replace("\n", "\r\n").encode(), None),
    "UTF-16": (PLAIN.encode("utf-16"), "UTF-16"),
    "UTF-16 without a mark": (PLAIN.encode("utf-16-le"), "UTF-16"),
    "Latin-1": (PLAIN.replace('"plain"', '"plain"\ntitle = "café"').encode("latin1"), "line 3"),
    "too large": (PLAIN.encode() + b"#" * LARGEST, "larger than"),
}


@pytest.mark.parametrize("case", ENCODED)
def test_encodings(case, tmp_path):
    content, words = ENCODED[case]
    file = tmp_path / "x.toml"
    file.write_bytes(content)
    if words is None:
        assert read(file).name == "plain"
        return
    with pytest.raises(SpecError, match=words) as caught:
        read(file)
    assert len(caught.value.lines()) == 1
    assert "x.toml" in str(caught.value)


def test_a_folder_for_a_file(tmp_path):
    with pytest.raises(SpecError, match="cannot be read"):
        read(tmp_path)


NAMES = {
    "truths": ("vary.endless = [true, false]", ["b-true", "b-false"]),
    "numbers": ("vary.learning_rate = [1e-3, 1e-05, 0.5]", ["b-0.001", "b-1e-05", "b-0.5"]),
    "two lists": ("vary.repeat = [0, 1]\nvary.epochs = [2]", ["b-0-2", "b-1-2"]),
}


@pytest.mark.parametrize("case", NAMES)
def test_names_of_what_is_varied(case):
    line, names = NAMES[case]
    assert list(parse(varied(line)).breakers) == names


def test_texts_become_names():
    text = PLAIN.replace("length = 2", 'length = 2\nvary.alphabet = ["0123", "ABCDEF", "x-y/z!"]')
    text = text.replace('dataset = "d"', 'vary.dataset = ["d-0123", "d-ABCDEF", "d-x-y-z"]')
    sweep = parse(text)
    assert list(sweep.datasets) == ["d-0123", "d-abcdef", "d-x-y-z"]
    assert [one.dataset for one in sweep.breakers.values()] == list(sweep.datasets)


def test_texts_without_letters_are_counted():
    lines = mistakes(PLAIN.replace("length = 2", 'length = 2\nvary.alphabet = ["ЖЯ", "ДЛ"]'))
    assert any("choices: d-v1, d-v2" in line for line in lines), lines


COLLISIONS = {
    "a table of its own": (
        "length = 2", 'vary.length = [4, 5]', '[datasets.d-4]\ngenerator = "mnist"\ntrain = 9\ntest = 9\n',
        "datasets.d-4 is there twice: by vary of [datasets.d], and as a table of its own",
    ),
    "two that vary": (
        "epochs = 1", "vary.repeat = [1, 2]", '[breakers."b-1"]\ndataset = "d"\narchitecture = "simple_cnn"\n',
        "breakers.b-1 is there twice",
    ),
    "twice in a list": ("epochs = 1", "vary.images = [10, 10, 20]", "", "10 is there twice"),
    "one and 1.0": ("epochs = 1", "vary.learning_rate = [1, 1.0]", "", "1 and 1.0 are the same"),
    "a number and a text": ("epochs = 1", 'vary.repeat = [1, "1"]', "", "b-1 is there twice"),
    "a truth and a text": ("epochs = 1", 'vary.endless = [true, "True"]', "", "b-true is there twice"),
    "upper and lower case": ("length = 2", 'length = 2\nvary.alphabet = ["AB", "ab"]', "", "d-ab is there twice"),
    "lists and texts": ("length = 2", 'vary.length = [[2, 3], "2-3"]', "", "d-2-3 is there twice"),
    "beside vary and in it": ("epochs = 1", "epochs = 1\nvary.epochs = [1, 2]", "", "breakers.b.epochs is there twice"),
    "all attacks together": ("epochs = 1", "epochs = 1", '[attacks.worst_case]\nattack = "fgsm"\nepsilons = [0.1]\n', "choose another name"),
    "what knows of a detector": ("epochs = 1", "epochs = 1", '[attacks.aware]\nattack = "fgsm"\nepsilons = [0.1]\n', "choose another name"),
    "predictions": (
        '[breakers.b]\ndataset = "d"', '[breakers."b-c"]\ndataset = "d"',
        '[datasets.d-b]\ngenerator = "image_captcha"\ntrain = 9\ntest = 9\n'
        '[breakers.c]\ndataset = "d-b"\narchitecture = "simple_cnn"\n',
        "predictions/d-b-c-none.csv would be of b-c on d and of c on d-b",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", COLLISIONS)
def test_names_that_collide_are_refused(case):
    old, new, more, words = COLLISIONS[case]
    lines = mistakes(PLAIN.replace(old, new, 1) + more)
    assert any(words in line for line in lines), lines


NO_LISTS = {
    "a number": ("vary = 3", "breakers.b.vary = 3: must be lists"),
    "a list": ("vary = [1, 2]", "breakers.b.vary = [1, 2]: must be lists"),
    "a scalar": ("vary.learning_rate = 0.1", "vary.learning_rate = 0.1: must be a list"),
    "nothing": ("vary.repeat = []", "vary.repeat = []: must be a list"),
    "tables": ("vary.repeat = [{a = 1}]", "must be a list of texts, numbers"),
    "deep lists": (f"vary.repeat = [{'[' * 90}1{']' * 90}]", "must be a list of texts, numbers"),
    "an unknown key": ("vary.foo = [1, 2]", "breakers.b.foo: unknown key"),
    "a wrong value": ("vary.epochs = [1, -1]", "breakers.b.epochs = -1: must be greater"),
}


@pytest.mark.parametrize("case", NO_LISTS)
def test_a_vary_that_cannot_be_is_one_line(case):
    line, words = NO_LISTS[case]
    (only,) = mistakes(varied(line))
    assert words in only


def test_labels_of_steps_are_unambiguous():
    """A defense called train, a breaker called as the defense of another."""
    text = TINY.replace("defenses.finetune", "defenses.train").replace(
        "defenses.blur", "defenses.b"
    )
    text = text.replace("epsilons = [0.0, 0.1, 0.3]", "epsilons = [0.1]")
    text = text.replace('attack = "fgsm"', 'attack = "fgsm"\ntransfer = true')
    text += '[breakers.b]\ndataset = "digits"\narchitecture = "simple_cnn"\nepochs = 1\n'
    labels = [step.label for step in plan(parse(text)).steps]
    assert len(labels) == len(set(labels))
    assert {"train small", "train small (strengthen)"} <= set(labels)
    assert "fgsm made on small, read with b" in labels


def test_radii_are_needed_only_where_something_is_measured_at_them():
    assert parse(PLAIN).epsilons == ()
    attack = '[attacks.a]\nattack = "fgsm"\n'
    (line,) = mistakes(PLAIN + attack)
    assert line.startswith("epsilons: is missing; attacks.a needs radii")
    assert plan(parse(PLAIN + attack + "epsilons = [0.1]\n")).find(CurveEntry)
    (line,) = mistakes(PLAIN + '[defenses.i]\ndefense = "ibp"\n')
    assert "defenses.i" in line
    (line,) = mistakes(PLAIN + '[detectors.t]\ndetector = "squeeze"\n')
    assert "detectors.t" in line
    with_radii = PLAIN.replace('name = "plain"', 'name = "plain"\nepsilons = [0.0]')
    assert [s.digest for s in plan(parse(PLAIN)).steps] == [
        s.digest for s in plan(parse(with_radii)).steps
    ]


OTHER = '[datasets.o]\ngenerator = "image_captcha"\ntrain = 9\ntest = 9\n'
MISFITS = {
    "another width": ("length = 2\nwidth = 66\nheight = 40\n", "66 x 40 pixels, gray where the breaker learns"),
    "another height": ("length = 2\nwidth = 64\nheight = 41\n", "64 x 41 pixels"),
    "another color": ('length = 2\nwidth = 64\nheight = 40\ncolor = "rgb"\n', "in color"),
    "another alphabet": ('length = 2\nwidth = 64\nheight = 40\nalphabet = "abc"\n', "2 of 'abc'"),
    "the same in another order": ('length = 2\nwidth = 64\nheight = 40\nalphabet = "9876543210"\n', "'9876543210'"),
    "another length": ("length = 3\nwidth = 64\nheight = 40\n", "3 of '0123456789'"),
    "several lengths": ("length = [1, 2]\nwidth = 64\nheight = 40\n", "up to 2 of"),
}  # fmt: skip


@pytest.mark.parametrize("case", MISFITS)
def test_captchas_of_another_kind_are_refused_before_anything_is_trained(case):
    options, words = MISFITS[case]
    text = PLAIN.replace("epochs = 1", 'epochs = 1\nreads = ["o"]') + OTHER + options
    (line,) = mistakes(text)
    assert line.startswith("breakers.b.reads: 'o' has captchas of another kind than 'd'")
    assert words in line
    ready = text.replace('"simple_cnn"\nepochs = 1', '"ddddocr"')
    assert parse(ready), "a ready-made reader takes any"


def test_captchas_of_the_same_kind_are_read():
    same = OTHER + "length = 2\nwidth = 64\nheight = 40\nfont_sizes = [30]\n"
    assert parse(PLAIN.replace("epochs = 1", 'epochs = 1\nreads = ["o"]') + same)


@pytest.mark.parametrize(
    ("fpr", "validation", "fits"),
    [(0.05, 100, True), (0.0001, 100, False), (0.01, 100, True), (0.009, 100, False), (0.0001, 10_000, True)],
)  # fmt: skip
def test_a_detector_has_a_captcha_for_its_false_alarms(fpr, validation, fits):
    text = PLAIN.replace("validation = 100", f"validation = {validation}")
    text = text.replace('"plain"', '"plain"\nepsilons = [0.1]')
    text += f'[detectors.t]\ndetector = "squeeze"\nfpr = {fpr}\n'
    if fits:
        assert parse(text)
        return
    (line,) = mistakes(text)
    assert line.startswith(f"detectors.t.fpr = {fpr:g}: less than one of the {validation}")


def test_what_cannot_be_drawn_afresh_is_not_endless():
    text = PLAIN.replace("image_captcha", "mnist").replace(
        "length = 2\nwidth = 64\nheight = 40\n", ""
    )
    (line,) = mistakes(text.replace("epochs = 1", "endless = true"))
    assert "mnist draws no fresh captchas" in line


def test_black_boxes_give_no_gradients_to_pages():
    text = PLAIN.replace('"simple_cnn"\nepochs = 1', '"ddddocr"') + (
        '[attacks.a]\nattack = "pgd"\nepsilons = [0.1]\n'
        '[visits.v]\nbreaker = "b"\nattack = "a"\nepsilon = 0.1\nvisits = 5\n'
    )
    (line,) = mistakes(text)
    assert "ddddocr is a black box" in line


def test_a_gan_needs_sides_that_it_can_halve_and_a_batch():
    text = PLAIN.replace("length = 2\nwidth = 64", "length = 1\nwidth = 60")
    text += '[gans.g]\ngan = "dcgan"\ndataset = "d"\n'
    lines = mistakes(text)
    assert any("sides that 8 divides" in line for line in lines)
    assert any("gans.g.batch_size = 100: it learns from 60 pictures" in line for line in lines)


def test_mistakes_survive_being_carried():
    import pickle

    error = pickle.loads(pickle.dumps(SweepError("a: wrong", "b: wrong")))  # noqa: S301 - ours
    assert error.lines() == ("a: wrong", "b: wrong")
    assert str(error) == "a: wrong; b: wrong"


def test_an_error_is_one_line_and_shows_no_controls():
    error = SpecError("first\n  second\x1b[31mred\r\nthird\u2028fourth\x07")
    assert str(error) == "first second\\x1b[31mred third fourth\\x07"
