"""Labels of files: what is believed, what is refused, what is said of the rest."""

import os
import struct
import unicodedata
import zlib

import numpy as np
import pytest
from labelled_files import DIGITS, draw, fill, plain, refused, warned

from harness.datasets.folder import label_spelling as spelling
from harness.datasets.folder.folder import Folder
from harness.datasets.folder.unusual_labels import unusual
from harness.datasets.ready_made import Choice
from harness.errors import RequirementError


def bomb():
    """A small PNG file of 40,000 x 40,000 pixels."""

    def chunk(kind, data):
        crc = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", crc)

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 40_000, 40_000, 1, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(b"0" * 999))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "name",
    [
        "4821 (1).png", "1204(2).png", "7755 - Copy.png", "7755 - Copy (2).png", "77 - Kopie.png",
        "x copy 2.png", "4821 copy.png", "Copy of 4821.png", "4821 (copy).png", "4821 2.png",
        "4821-copy.png", "4821 (another copy).png", "4821 \u2013 Kopie.png",
        "4821 - \u526f\u672c.png", "Screenshot 2026-01-02 at 10.11.12.png",
        "48\u200b21.png", "48\u00a021.png",
    ],
)  # fmt: skip
def test_marks_of_copies_and_blanks_are_no_labels(name, tmp_path):
    fill(tmp_path)
    draw("4821", 99).save(tmp_path / name)
    refused(tmp_path, "1 label of 41", "odd_labels", spelling.shown(name))
    kept = Folder(path=str(tmp_path), odd_labels="keep").resolved()
    assert kept.text_length() > 4
    assert kept.warnings() == ()


def test_a_mark_behind_the_label_is_no_part_of_it(tmp_path):
    fill(tmp_path)
    draw("4821", 99).save(tmp_path / "4821_7 (1).png")
    assert plain(tmp_path).text_length() == 4


def test_brackets_that_captchas_show_stay(tmp_path):
    rows = [f"img{n}.png,({n % 10}+{n // 10})" for n in range(40)]
    for number in range(40):
        draw("x", number).save(tmp_path / f"img{number}.png")
    (tmp_path / "labels.csv").write_text("\n".join(["file,label", *rows]))
    assert plain(tmp_path).text_alphabet() == "()+0123456789"


def test_accents_are_composed_and_ends_are_stripped(tmp_path):
    labels = ["\u00e9cole", "nai\u0308ve"[:5] + "s", "\u00e9t\u00e92x"]
    for number in range(12):
        form = "NFD" if number % 2 else "NFC"
        label = unicodedata.normalize(form, labels[number % 3])
        draw(label, number).save(tmp_path / f" {label}\u200b_{number}.png")
    read = Folder(path=str(tmp_path)).resolved()
    assert "\u0301" not in read.text_alphabet()
    assert read.text_length() == 5
    assert read.blank() is None


def test_the_same_names_spelled_by_another_system_are_the_same_data(tmp_path):
    contents = set()
    for form in ("NFC", "NFD"):
        fill(tmp_path / form, [unicodedata.normalize(form, f"\u00e9{n % 10}") for n in range(20)])
        contents.add(Folder(path=str(tmp_path / form)).resolved().contents)
    assert len(contents) == 1


def test_what_is_no_picture_gives_no_label(tmp_path):
    fill(tmp_path)
    before = plain(tmp_path)
    for name in ("._1234_0001.png", ".hidden.png"):
        (tmp_path / name).write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X")
    assert plain(tmp_path).contents == before.contents
    whole = (tmp_path / f"{DIGITS[0]}_0000.png").read_bytes()
    (tmp_path / "cut-off!_1.png").write_bytes(whole[:-40])
    (tmp_path / "empty.png").touch()
    (tmp_path / "folder.png").mkdir()
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "nothing.png").symlink_to(tmp_path / "gone.png")
    (tmp_path / "round.png").symlink_to(tmp_path / "round.png")
    (tmp_path / "77_x.png").write_bytes(
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\nshowpage\n"
    )
    (tmp_path / "text.jpg").write_text("not an image")
    (tmp_path / "bomb.png").write_bytes(bomb())
    draw("x", 1).save(tmp_path / "tiff.tif")
    draw("x", 1).save(tmp_path / "wget.png.1", format="png")
    moving = [draw("x", n) for n in range(3)]
    moving[0].save(tmp_path / "moves.gif", save_all=True, append_images=moving[1:])
    read = Folder(path=str(tmp_path)).resolved()
    assert read.text_alphabet() == before.text_alphabet() == "0123456789"
    assert (read.text_length(), read.blank()) == (4, None)
    assert read.contents == before.contents
    warned(tmp_path, "left_out", "12 files of 52", "bomb.png (40000 x 40000", "and 7 more")
    chosen = read.choose(Choice("test", 0, 40, 0, tmp_path))
    assert len(chosen.unreadable) == 12
    assert any(line.startswith("tiff.tif (.tif is not taken") for line in chosen.unreadable)
    with pytest.raises(ValueError, match="40 labelled images"):
        read.check_counts(39, 0, 2)


def test_a_file_that_cannot_be_read_now_is_not_left_out(tmp_path, monkeypatch):
    fill(tmp_path)
    from harness.datasets.folder import fingerprints

    def denied(file):
        raise PermissionError(13, "Permission denied", str(file))

    monkeypatch.setattr(fingerprints, "content", denied)
    with pytest.raises(RequirementError, match=r"cannot read .*_00\d\d.png: Permission denied"):
        Folder(path=str(tmp_path)).resolved()


def test_jpeg_by_its_other_suffixes(tmp_path):
    fill(tmp_path, DIGITS[:12])
    for number, suffix in enumerate((".jfif", ".jpe", ".JPG", ".JPEG")):
        draw("1234", 50 + number).save(tmp_path / f"1234_{number}{suffix}", format="jpeg")
    assert plain(tmp_path).facts.pools == {"path": {1: 16}}


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("48213", ["another length", "(4)", "48213"]),
        ("482", ["another length", "482"]),
        ("48O1", ["'O'", "48O1"]),
        ("48\u04103", ["'\u0410'"]),  # a Cyrillic A
        ("48-3", ["'-'"]),
    ],
)
def test_a_label_unlike_the_others_is_named(label, words, tmp_path):
    fill(tmp_path, [*DIGITS, label])
    warned(tmp_path, "odd_labels", "1 label of 41", *words)
    assert Folder(path=str(tmp_path), odd_labels="keep").resolved().warnings() == ()


def test_many_odd_labels_are_counted_and_five_named():
    usual = [("a.png", f"{number:04d}") for number in range(1000)]
    odd = [(f"odd{number}.png", f"x{number:04d}") for number in range(8)]
    lines = list(unusual(usual + odd, any_character=True))
    assert len(lines) == 2
    assert all("8 labels of 1,008" in line and "and 3 more" in line for line in lines)


@pytest.mark.parametrize("seed", range(5))
def test_ordinary_labels_raise_nothing(seed):
    numbers = np.random.default_rng(seed)
    for alphabet, lengths, count in (
        ("0123456789", (4, 4), 20),
        ("0123456789", (4, 6), 60),
        ("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", (5, 5), 100),
        ("abcdefghijklmnopqrstuvwxyz", (4, 6), 400),
    ):
        many = numbers.integers(*lengths, count, endpoint=True)
        labels = [("x.png", "".join(numbers.choice(list(alphabet), length))) for length in many]
        assert list(unusual(labels, any_character=True)) == []


def test_a_name_that_is_no_text(tmp_path):
    fill(tmp_path)
    draw("x", 77).save(os.fsencode(tmp_path) + b"/48\xe9.png", format="png")
    refused(tmp_path, "no text (UTF-8)", r"\udce9")
    os.rename(os.fsencode(tmp_path) + b"/48\xe9.png", os.fsencode(tmp_path) + b"/4821_\xe9.png")  # noqa: PTH104 - bytes
    chosen = plain(tmp_path).choose(Choice("test", 0, 41, 0, tmp_path))
    assert r"4821_\udce9.png" in chosen.files


@pytest.mark.parametrize("pattern", ["(", "[", "*", "(?P<a", "a{99999999999999}"])
def test_a_pattern_that_is_none(pattern, tmp_path):
    refused(fill(tmp_path), "no regular expression", pattern=pattern)


def test_an_alphabet_has_each_character_once(tmp_path):
    refused(fill(tmp_path), "'1' twice", alphabet="01234567891")
    refused(fill(tmp_path), "not in the alphabet", alphabet="012345678")


def test_one_case_and_one_form_behind_it(tmp_path):
    fill(tmp_path, [f"\u00c9{n % 10}B" if n % 2 else f"e\u0301{n % 10}b" for n in range(20)])
    assert plain(tmp_path, case="lower").text_alphabet() == "0123456789b\u00e9"


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", ["no image in it", ".jfif"]),
        ("gone", ["no such folder"]),
        ("~nobody-of-that-name/x", ["~nobody"]),
        ("x\0y", ["no such folder"]),
    ],
)
def test_nothing_there(path, words, tmp_path):
    refused(tmp_path / path if path[:1] != "~" else path, *words)


def test_what_is_there_instead(tmp_path):
    fill(tmp_path / "train")
    refused(tmp_path, "the folders 'train'", "name one of them")
    (tmp_path / "sounds").mkdir()
    (tmp_path / "sounds" / "12_0.wav").write_bytes(b"RIFF")
    refused(tmp_path / "sounds", "1 sound")
    draw("x").save(tmp_path / "12.png")
    refused(tmp_path / "12.png", "a picture", "name its folder")
    (tmp_path / "only").mkdir()
    draw("x").save(tmp_path / "only" / "12.tiff")
    refused(tmp_path / "only", ".tiff is not taken")


def test_pictures_of_other_sizes_are_counted(tmp_path):
    fill(tmp_path)
    for number in range(3):
        draw("4821", number + 60, (80, 30)).save(tmp_path / f"4821_b{number}.png")
    warned(tmp_path, "sizes", "3 of 43", "not 60 x 24")
    assert Folder(path=str(tmp_path)).resolved().image_shape() == (24, 60, 1)
    assert plain(tmp_path, width=50, height=20).image_shape() == (20, 50, 1)
