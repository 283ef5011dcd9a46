"""human.csv: written by several at once, read whatever has become of it."""

import multiprocessing
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.errors import RequirementError
from harness.people.answers import HUMAN, HUMAN_COLUMNS, Answered, answers, note

HEADER = ",".join(HUMAN_COLUMNS) + "\n"
LINE = "plain,ann,True,1.5\n"


def answer(person, seconds=1.5):
    return Answered(variant="plain", person=person, right=True, seconds=seconds)


def noting(file, start, process):
    start.wait(30)
    for number in range(50):
        note(file, answer(f"{process}-{number}"))


def test_threads_that_begin_a_file_together_write_one_header(tmp_path):
    for number in range(30):
        file = tmp_path / str(number)
        with ThreadPoolExecutor(12) as pool:
            list(pool.map(lambda person, file=file: note(file, answer(person)), "abcdefghijkl"))
        assert file.read_text().count(HEADER) == 1
        assert file.read_text().startswith(HEADER)
        assert {one.person for one in answers(file).taken} == set("abcdefghijkl")


def test_processes_that_write_together_lose_nothing(tmp_path):
    file, context = tmp_path / HUMAN, multiprocessing.get_context("spawn")
    start = context.Event()
    children = [context.Process(target=noting, args=(file, start, n)) for n in range(3)]
    for child in children:
        child.start()
    start.set()
    for child in children:
        child.join(60)
        assert child.exitcode == 0
    assert file.read_text().count(HEADER) == 1
    read = answers(file)
    assert (len(read.taken), len({one.person for one in read.taken})) == (150, 150)
    assert read.left_out == ""


@pytest.mark.parametrize(
    ("text", "taken", "wrong"),
    [
        ("", 0, ""),
        (HEADER + LINE, 1, ""),
        (HEADER + HEADER + LINE + HEADER + LINE, 2, ""),
        (LINE + LINE, 2, ""),
        (HEADER + LINE + "plain,ann,Tr", 1, "3"),
        (HEADER + LINE + "plain,ann,True,1", 1, "3"),
        (HEADER + "plain,ann,perhaps,1\n" + LINE, 1, "2"),
        (HEADER + LINE + "plain,ann,True,1.5,torn\n" + LINE, 2, "3"),
        (HEADER + "plain,a,True,nan\nplain,a,True,inf\nplain,a,True,-1\n,a,True,1\n", 0, "2, 3"),
        (HEADER + "\n\n" + LINE + "\n", 1, ""),
        (HEADER.replace("\n", "\r\n") + LINE.replace("\n", "\r\n"), 1, ""),
        ("\ufeff" + HEADER + LINE, 1, ""),
        ("seconds,right,person,variant\n1.5,True,ann,plain\n", 1, ""),
        (HEADER.replace(",", ";") + LINE.replace(",", ";"), 0, "1, 2"),
        (HEADER + '"plain,ann,True,1.5\n' + LINE, 1, "2"),
        (HEADER + "x" * 200_000 + "\n" + LINE, 1, "2"),
        (HEADER + "\0\n" + LINE, 1, "2"),
        (HEADER[:-1], 0, ""),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_left_out_and_named(text, taken, wrong, tmp_path):
    file = tmp_path / HUMAN
    file.write_bytes(text.encode())
    read = answers(file)
    assert len(read.taken) == taken
    assert (f"({wrong}" in read.left_out) if wrong else (read.left_out == "")
    assert "\n" not in read.left_out
    # Whatever is there, the next answer is one, and the header stays the only one.
    note(file, answer("eve"))
    more = answers(file)
    assert len(more.taken) == taken + 1
    assert more.taken[-1].person == "eve"
    assert bool(more.left_out) is bool(wrong)


def test_bytes_that_are_no_text(tmp_path):
    file = tmp_path / HUMAN
    file.write_bytes(HEADER.encode() + b"plain,\xff\xfe,True,1\n" + LINE.encode())
    assert len(answers(file).taken) == 1
    assert "(2)" in answers(file).left_out


def test_what_cannot_be_written_is_said_in_a_line(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    for name in ("pipe", "folder", "missing/file"):
        with pytest.raises(RequirementError, match="cannot write") as wrong:
            note(tmp_path / name, answer("ann"))
        assert "\n" not in str(wrong.value)
        assert answers(tmp_path / name).taken == ()


def test_a_disk_that_is_full_leaves_no_half_line(tmp_path, monkeypatch):
    file = tmp_path / HUMAN
    note(file, answer("ann"))
    before = file.read_bytes()
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:7]))
    with pytest.raises(RequirementError, match="the disk is full"):
        note(file, answer("bob"))
    assert file.read_bytes() == before
