"""Labels that are none, and labels that only look so: both directions."""

import re
import string
import uuid

import numpy as np
import pytest
from labelled_files import DIGITS, draw, fill, plain, refused, warned

from harness.datasets.folder.folder import Folder
from harness.datasets.folder.spreadsheet_artifacts import spreadsheet
from harness.datasets.folder.spurious_labels import copied, spurious
from harness.datasets.folder.unusual_labels import unusual

ALL = string.ascii_letters + string.digits
WORDS = re.findall(
    r"\w+",
    """
judge text house river stone apple green cloud bread chair table mouse train plant light
night water paper glass music dance smile dream storm beach grass horse tiger zebra quilt
jazz fox mountain building language question children sentence yesterday the and for with
from this that have been were said what when where which their there about would these other
into more some could time very then than first people over under because never always often
elephant
""",
)


def name_all(folder, names):
    folder.mkdir(exist_ok=True)
    for number, name in enumerate(names):
        draw(f"{number % 97}", number).save(
            folder / name, format="png" if name.endswith("png") else "jpeg"
        )
    return folder


def rolled(seed, alphabet, lengths, count):
    numbers = np.random.default_rng(seed)
    many = numbers.integers(*lengths, count, endpoint=True)
    return ["".join(numbers.choice(list(alphabet), length)) for length in many]


@pytest.mark.parametrize(
    "names",
    [
        [f"captcha_{n:04d}.png" for n in range(40)],
        [f"IMG_20240501_{n:06d}.jpg" for n in range(40)],
        [f"DSC_{n:04d}.jpg" for n in range(40)],
    ],
)
def test_one_label_for_different_pictures_is_refused(names, tmp_path):
    name_all(tmp_path, names)
    label = names[0].split("_")[0]
    refused(tmp_path, f"all 40 labels are '{label}'", "hold no labels", "`pattern`", "labels.csv")
    kept = Folder(path=str(tmp_path), odd_labels="keep").resolved()
    assert (kept.text_length(), kept.warnings()) == (len(label), ())


def test_one_label_in_a_table_is_the_columns_fault(tmp_path):
    name_all(tmp_path, [f"i{n}.png" for n in range(20)])
    rows = [f"i{n}.png,captcha" for n in range(20)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,label", *rows]))
    line = refused(tmp_path, "all 20 labels are 'captcha'", "correct the column")
    assert "names hold" not in line


SHAMS = {
    "WhatsApp": [f"IMG-202405{n % 28 + 1:02d}-WA{n:04d}.jpg" for n in range(40)],
    "captcha-17": [f"captcha-{n}.png" for n in range(40)],
    "image0001": [f"image{n:04d}.png" for n in range(40)],
    "counted": [f"{n}.png" for n in range(1, 41)],
    "counted, with zeros": [f"{n:06d}.png" for n in range(1, 41)],
    "counted, a third gone": [f"{n}.png" for n in range(1, 200) if n % 3],
    "counted, most gone": [f"{n * 7:06d}.png" for n in range(1, 41)],
    "counted, label behind": [f"{n}_{label}.png" for n, label in enumerate(DIGITS)],
    "times": [f"{1_700_000_000 + n * 977}_ABC{n}.png" for n in range(40)],
    "times of years": [f"{1_550_000_000_000 + n * 4_000_000_777}_x.png" for n in range(40)],
    "UUIDs": [f"{uuid.UUID(int=n * 3**70)}.png" for n in range(1, 41)],
    "12 hexadecimal digits": [f"{n * 7919**3 % 16**12:012x}.png" for n in range(1, 41)],
    "32 hexadecimal digits": [f"{pow(7919, n + 50, 16**32):032x}.png" for n in range(1, 41)],
    "a site's counter": [f"ab{n * 13}.png" for n in range(40)],
    "cameras": [f"{('DSC', 'DSCN', 'img')[n % 3]}{n:05d}.jpg" for n in range(40)],
    "a label and a number": [f"{label}-{n}.png" for n, label in enumerate(DIGITS)],
    "one name mostly": [f"captcha_{n}.png" for n in range(30)] + [f"{x}.png" for x in DIGITS[:10]],
    "8 hexadecimal digits": [f"{n * 7919**3 % 16**8:08x}.png" for n in range(1, 41)],
    "some of a counter": [f"{n * 7919 % 5000:05d}.png" for n in range(1, 41)],
    "a counter in front": [f"{n}-{label}.png" for n, label in enumerate(DIGITS)],
    "one end": [f"{label}captcha.png" for label in DIGITS],
    "three names": [f"{('cat', 'dog', 'cow')[n % 3]}_{n}.png" for n in range(40)],
    "a counter and a stray": ["zebra.png", *(f"our-site-{n}.png" for n in range(40))],
    "long names": [f"{x}{'kq' * 9}{x[::-1]}.png" for x in DIGITS],
}


@pytest.mark.parametrize("case", SHAMS)
def test_names_that_programs_give_are_told(case, tmp_path):
    name_all(tmp_path, SHAMS[case])
    lines = [
        w for w in Folder(path=str(tmp_path)).resolved().warnings() if "the labels look like" in w
    ]
    assert len(lines) == 1
    assert lines[0].startswith("odd_labels: ")
    assert "labels.csv" in lines[0]
    assert "`pattern`" in lines[0]
    assert "\n" not in lines[0]
    assert Folder(path=str(tmp_path), odd_labels="keep").resolved().warnings() == ()


KINDS = {
    "4 digits": (string.digits, (4, 4), 500),
    "4 digits, few": (string.digits, (4, 4), 20),
    "3 digits": (string.digits, (3, 3), 300),
    "4 to 6 digits": (string.digits, (4, 6), 300),
    "62 characters": (ALL, (4, 6), 100),
    "62 characters of 5": (ALL, (5, 5), 200),
    "capitals and digits": ("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", (5, 5), 100),
    "small letters": (string.ascii_lowercase, (4, 6), 400),
    "small letters, few": (string.ascii_lowercase, (4, 8), 40),
    "hexadecimal": ("0123456789abcdef", (6, 6), 300),
    "signs": (string.digits + "+-=", (3, 6), 200),
    "four lengths, 20": (ALL, (3, 6), 20),
}


@pytest.mark.parametrize("kind", KINDS)
def test_labels_drawn_at_random_raise_hardly_anything(kind):
    alphabet, lengths, count = KINDS[kind]
    alarms = 0
    for seed in range(400):
        labels = rolled(seed, alphabet, lengths, count)
        named = [(f"{x}.png", x) for x in labels]
        alarms += bool([*unusual(named, any_character=True), *spurious(labels, of_names=True)])
        assert not copied(labels)
        assert not [*spurious(sorted(set(labels)), of_names=True)]  # the name is the label alone
    assert alarms < 4  # 1 in 100


@pytest.mark.parametrize("count", [60, 100, 300, 1000])
def test_words_raise_hardly_anything(count):
    alarms = 0
    for seed in range(100):
        labels = np.random.default_rng(seed).choice(WORDS, count).tolist()
        named = [(f"{x}.png", x) for x in labels]
        alarms += bool([*unusual(named, any_character=True), *spurious(labels, of_names=True)])
    assert alarms <= 1


@pytest.mark.parametrize("odd", ["48213", "482", "48O1", "48-3", "48b1"])
@pytest.mark.parametrize("count", [40, 100, 1000])
def test_one_odd_label_of_many_is_still_named(odd, count):
    for seed in range(50):
        labels = [*rolled(seed, string.digits, (4, 4), count), odd]
        assert [*unusual([("x.png", x) for x in labels], any_character=True)]


@pytest.mark.parametrize("odd", ["ABCDEF", "ABCD", "AB-DE", "ABcDE"])
@pytest.mark.parametrize("count", [40, 200])
def test_one_odd_label_among_letters_is_still_named(odd, count):
    for seed in range(50):
        labels = [*rolled(seed, "ABCDEFGHJKLMNPQRSTUVWXYZ", (5, 5), count), odd]
        assert [*unusual([("x.png", x) for x in labels], any_character=True)]


@pytest.mark.parametrize("mark", ["-2", ".1", "~3", "-12"])
def test_a_number_behind_a_label_is_a_mark_of_a_copy(mark, tmp_path):
    fill(tmp_path, [f"{x}{n:02d}" for n, x in enumerate(DIGITS)])
    for number, label in enumerate(DIGITS[:15]):
        draw("x", 300 + number).save(tmp_path / f"{label}{number:02d}{mark}.png")
    refused(tmp_path, "15 labels of 55", "mark of a copy behind a label", "odd_labels")


@pytest.mark.parametrize(
    "labels",
    [
        ["7-4", "12-3", "5+3", "8-2", "9+9", "10+4", "3+3", "6+1", "4+4", "2+2"],
        ["A-1B", "C2-D", "EF-3", "G4-H", "JKL-", "MN12", "P-2Q"],
        [f"{a}-{b}" for a in range(10, 20) for b in range(10)],
    ],
)
def test_signs_that_captchas_show_are_no_marks(labels):
    assert not copied(labels)
    assert not [*spurious(labels, of_names=True)]


def test_a_name_without_a_label_names_folder_and_pattern(tmp_path):
    fill(tmp_path)
    draw("x").save(tmp_path / "_ABC48.png")
    refused(tmp_path, str(tmp_path), "'_ABC48.png'", "no label", "another `pattern`", "labels.csv")


def test_a_label_in_a_table_is_corrected_there(tmp_path):
    name_all(tmp_path, [f"i{n}.png" for n in range(20)])
    rows = [f"i{n}.png,{'12 34' if n == 7 else DIGITS[n]}" for n in range(20)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,label", *rows]))
    line = refused(tmp_path, "'i7.png (line 9)'", "correct line 9")
    assert "rename" not in line


@pytest.mark.parametrize(
    "name",
    ["labels - Sheet1.csv", "labels.tsv", "labels.txt", "answers.csv", "labels.csv.txt",
     "labels.xlsx", "labels.json", "Labels.ods"],
)  # fmt: skip
def test_a_table_under_another_name_is_told(name, tmp_path):
    fill(tmp_path)
    for other in ("README.txt", "LICENSE", "Thumbs.db", "desktop.ini", "sweep.toml"):
        (tmp_path / other).write_text("from our site")
    plain(tmp_path)
    (tmp_path / name).write_text("file\tlabel\n")
    warned(tmp_path, "odd_labels", f"there is a table '{name}'", "name it as `path`")


def test_a_text_beside_each_picture_is_told(tmp_path):
    name_all(tmp_path, [f"{x}.png" for x in DIGITS])
    for label in DIGITS:
        (tmp_path / f"{label}.txt").write_text(label)
    warned(tmp_path, "odd_labels", "files of their names", "not read")


def test_a_table_may_lie_above_its_pictures(tmp_path):
    (tmp_path / "captchas").mkdir()
    name_all(tmp_path / "captchas" / "images", [f"{n * 91}.png" for n in range(20)])
    rows = [f"images/{n * 91}.png,{DIGITS[n]}" for n in range(20)]
    (tmp_path / "captchas" / "labels.csv").write_text("\n".join(["file,label", *rows]))
    read = plain(tmp_path / "captchas")
    assert {p.label for p in read.unchanged().pictures} == set(DIGITS[:20])
    warned(tmp_path / "captchas" / "images", "odd_labels: there is a labels.csv", "folder above")


@pytest.mark.parametrize("form", ['"=""{}"""', '="{}"', "'{}", '" =""{}"" "'])
def test_what_keeps_zeros_is_no_part_of_a_label(form, tmp_path):
    name_all(tmp_path, [f"i{n}.png" for n in range(20)])
    rows = [f"i{n}.png,{form.format(DIGITS[n])}" for n in range(20)]
    (tmp_path / "labels.csv").write_text("\n".join(["file,label", *rows]))
    assert {p.label for p in plain(tmp_path).unchanged().pictures} == set(DIGITS[:20])


@pytest.mark.parametrize(
    "label", ["1,234", "1.234", "1,23E+05", "1.23e+5", "03-Apr", "Mar-48", "12/05/2024", "#N/A"]
)
def test_forms_of_spreadsheets_are_told(label):
    (line,) = spreadsheet([*DIGITS, label])
    assert line.startswith("lost_zeros: 1 label like ")
    assert label in line


@pytest.mark.parametrize("seed", range(20))
def test_answers_to_sums_have_lost_no_zeros(seed):
    numbers = np.random.default_rng(seed)
    one, two = numbers.integers(1, 21, (2, 300))
    for answers in (one + two, one * two, numbers.integers(1, 100, 300), one * 37 + two):
        assert list(spreadsheet([str(answer) for answer in answers])) == []


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("length", [4, 5, 6])
def test_numbers_without_their_zeros_are_told(seed, length):
    labels = rolled(seed, string.digits, (length, length), 300)
    assert list(spreadsheet(labels)) == []
    (line,) = spreadsheet([label.lstrip("0") or "0" for label in labels])
    assert f"shorter than {length} digits" in line


def test_what_the_tests_alone_have_is_told(tmp_path):
    fill(tmp_path / "train")
    fill(tmp_path / "test", [*DIGITS[::-1][:20], *["12A45"] * 10])
    paths = {"path": str(tmp_path / "train"), "test_path": str(tmp_path / "test")}
    lines = [w for w in Folder(**paths).resolved().warnings() if "test_path alone" in w]
    assert lines == [
        "odd_labels: the characters 'A' and the lengths 5 occur in test_path alone, in 10 labels "
        "of 30: training cannot know them"
    ]
