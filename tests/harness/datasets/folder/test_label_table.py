"""Tables of labels, as spreadsheets and scripts write them."""

import codecs

import pytest
from labelled_files import DIGITS, draw, refused, warned

from harness.datasets.folder.folder import Folder
from harness.datasets.generator import decode
from harness.datasets.ready_made import Choice

HEADER = "file,label"


@pytest.fixture
def table(tmp_path):
    """20 pictures whose names say nothing, and the rows of a table."""
    for number, label in enumerate(DIGITS[:20]):
        draw(label, number).save(tmp_path / f"img{number:03d}.png")
    return tmp_path / "table.csv"


ROWS = [f"img{number:03d}.png,{label}" for number, label in enumerate(DIGITS[:20])]


def lines(rows=(), header=HEADER, end="\n"):
    return end.join([header, *ROWS, *rows]) + end


def same(table, content, encoding="utf-8"):
    """The table is read as the plain one is."""
    table.write_text(lines())
    plain = Folder(path=str(table)).resolved()
    table.write_bytes(content.encode(encoding) if isinstance(content, str) else content)
    read = Folder(path=str(table)).resolved()
    assert read.contents == plain.contents
    assert read.text_alphabet() == "0123456789"
    assert (read.text_length(), read.blank()) == (4, None)
    assert "0000" in {p.label for p in read.unchanged().pictures}
    return read


READABLE = {
    "plain": lines(),
    "a mark in front (Excel)": codecs.BOM_UTF8 + lines().encode(),
    "UTF-16 (Excel's Unicode text)": codecs.BOM_UTF16_LE + lines().encode("utf-16-le"),
    "UTF-16, the other way": codecs.BOM_UTF16_BE + lines().encode("utf-16-be"),
    "UTF-32": codecs.BOM_UTF32_LE + lines().encode("utf-32-le"),
    "semicolons": lines().replace(",", ";"),
    "tabs": lines().replace(",", "\t"),
    "Excel's own first line": "sep=;\n" + lines().replace(",", ";"),
    "CRLF": lines(end="\r\n"),
    "CR": lines(end="\r"),
    "quotes": "".join('"{}","{}"\n'.format(*row.split(",")) for row in (HEADER, *ROWS)),
    "blanks in the header": lines(header="file, label "),
    "capitals in the header": lines(header="File,LABEL"),
    "blanks around labels": lines().replace(",", ", ").replace("\n", " \n"),
    "no-break spaces around labels": lines().replace("\n", "\u00a0\n"),
    "another column": "\n".join(["file,label,who", *(f"{row},me, and me"[:-8] for row in ROWS)]),
    "columns the other way": "".join(",".join(r.split(",")[::-1]) + "\n" for r in (HEADER, *ROWS)),
    "empty rows": lines([",", "", ";"[:0], " , "]),
    "commas at the end of rows": "\n".join([HEADER, *(f"{row},," for row in ROWS)]),
    "one row twice": lines([ROWS[3]]),
    "one file spelled twice": lines([f"./{ROWS[3]}"]),
}  # fmt: skip


@pytest.mark.parametrize("case", READABLE)
def test_a_table_is_read(case, table):
    same(table, READABLE[case])


REFUSED = {
    "an unquoted comma": (lines(["img000.png,00,00"]), ["line 22", "in quotes"]),
    "two labels of one file": (lines(["img000.png,9999"]), ["line 2", "line 22", "'9999'"]),
    "two labels of one file, spelled twice": (
        lines(["./img000.png,9999"]),
        ["line 2", "line 22", "'img000.png'"],
    ),
    "other column names": ("image,text,\nimg000.png,1234,x\n", ["file, label", "'image', 'text'"]),
    "a column twice": (lines(header="file,label,label"), ["label is there twice"]),
    "no header": ("\n".join(ROWS), ["file, label", "'img000.png'"]),
    "nothing": ("", ["no header"]),
    "a header alone": (HEADER + "\n", ["no image", "no rows"]),
    "no label": (lines(["img000.png,"]), ["line 22", "no label for 'img000.png'"]),
    "no label but blanks": (lines(["img000.png, \u200b"]), ["line 22", "no label"]),
    "a short row": (lines(["img000.png"]), ["line 22", "no label"]),
    "no file": (lines([",1234"]), ["line 22", "no file", "'1234'"]),
    "latin1": (lines(["img000.png,\xe9"]).encode("latin1"), ["line 22", "UTF-8", "table.csv"]),
    "UTF-16 without its mark": (lines().encode("utf-16-le"), ["NUL", "UTF-8", "table.csv"]),
    "a NUL": (lines(["img000.png,12\x0034"]), ["line 22", "NUL"]),
    "a quote that never ends": (lines(['img000.png,"12', "img001.png,3"]), ["line 22", "quote"]),
    "a quote that ends late": (
        "\n".join([HEADER, 'img000.png,"12', "img001.png,3", 'img002.png,34"', *ROWS[3:]]),
        ["a blank or an invisible character", "'img000.png (line 2)'"],
    ),
    "a large field": (lines(["img000.png," + "1" * 200_000]), ["line 22", "field"]),
    "a long label": (lines().replace("0000\n", "0" * 65 + "\n"), ["more than 64 characters"]),
    "a blank inside": (lines().replace("0000\n", "00 00\n"), ["blank", "'img000.png (line 2)'"]),
    "all files gone": (lines().replace("img", "gone"), ["none of the 20 files", "'gone000.png'"]),
    "a picture, by its name": (b"\x89PNG\r\n\x1a\n\x00", ["UTF-8"]),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_table_is_refused_in_one_line(case, table):
    content, words = REFUSED[case]
    table.write_bytes(content.encode() if isinstance(content, str) else content)
    refused(table, *words)


def test_files_that_are_not_there_are_named_and_give_no_label(table):
    read = same(table, lines(["gone.png,77777", "other/gone.png,x", "x/" * 3000 + "y,1"]))
    warned(table, "left_out", "3 files of 23", "gone.png (line 22 of table.csv: no such file)")
    assert len(read.choose(Choice("test", 0, 20, 0, None)).unreadable) == 3


def test_a_folder_or_a_damaged_file_in_a_table(table):
    (table.parent / "bad.png").write_bytes(b"nothing")
    same(table, lines([".,12345", "bad.png,123456"]))
    warned(table, "left_out", "2 files of 22", "bad.png (cannot be read")


def test_names_as_other_systems_write_them(table):
    (table.parent / "sub").mkdir()
    draw("1234", 70).save(table.parent / "sub" / "e\u0301.png")
    table.write_text(lines(["sub\\\u00e9.png,1234"]))
    read = Folder(path=str(table)).resolved()
    assert read.facts.pools == {"path": {1: 21}}
    names = {p.name for p in read.unchanged().pictures}
    assert "sub/\u00e9.png" in names


def test_files_may_lie_elsewhere_by_relative_and_absolute_names(table):
    (table.parent / "tables").mkdir()
    inside = table.parent / "tables" / "t.csv"
    inside.write_text(lines().replace("img", "../img"))
    relative = Folder(path=str(inside)).resolved()
    inside.write_text(lines().replace("img", f"{table.parent}/img"))
    assert Folder(path=str(inside)).resolved().contents == relative.contents
    inside.write_text(lines([f"{table.parent}/img000.png,9999"]).replace("img", "../img", 20))
    refused(inside, "line 2", "line 22")


def test_zeros_that_a_spreadsheet_has_dropped(table):
    short = [f"img{n:03d}.png,{label.lstrip('0') or '0'}" for n, label in enumerate(DIGITS[:20])]
    table.write_text("\n".join([HEADER, *short]))
    warned(table, "lost_zeros", "3 of 20 labels are shorter", "none begins with 0")
    table.write_text("\n".join([HEADER, *(f"{row}.0" for row in ROWS)]))
    warned(table, "lost_zeros", "'.0'")
    table.write_text(lines().replace("0000\n", "1E+10\n"))
    warned(table, "lost_zeros", "'1E+10'")


def test_a_table_beside_the_pictures_goes_before_their_names(table):
    table.rename(table.parent / "labels.csv") if table.exists() else None
    beside = table.parent / "labels.csv"
    beside.write_text(lines())
    folder = Folder(path=str(table.parent)).resolved()
    assert folder.contents == Folder(path=str(beside)).resolved().contents
    assert folder.text_alphabet() == "0123456789"
    draw("x", 90).save(table.parent / "more.png")
    warned(table.parent, "left_out", "1 file of 21", "more.png (labels.csv does not name it)")
    beside.write_text(f"{HEADER}\nother.png,1234\n")
    refused(table.parent, "labels.csv", "none of the 1 file that it names")
    (table.parent / "sub").mkdir()
    draw("x", 91).save(table.parent / "sub" / "a.png")
    beside.write_text(f"{HEADER}\nsub/a.png,1234\n")
    refused(table.parent, "names none of its 21 pictures", "move it away")
    beside.write_text("not a table\n")
    refused(table.parent, "labels.csv", "needs the columns")
    (table.parent / "Labels.CSV").write_text("x")
    refused(table.parent, "keep one of them")


def test_labels_go_with_their_pictures(table):
    table.write_text(lines())
    folder = Folder(path=str(table)).resolved()
    chosen = folder.choose(Choice("test", 0, 20, 0, None))
    texts = [decode(row, folder.text_alphabet()) for row in chosen.labels]
    assert [f"{name},{text}" for name, text in zip(chosen.files, texts, strict=True)] != ROWS
    assert sorted(f"{n},{t}" for n, t in zip(chosen.files, texts, strict=True)) == ROWS
