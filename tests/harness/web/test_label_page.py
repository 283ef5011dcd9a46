"""/label: answers count where the control was right, and enough that agree make a label."""

import re
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from harness.errors import RequirementError
from harness.people.poll import Label, Poll
from harness.sweep.specs import PollSpec
from harness.web.app import Site, create
from harness.web.label_page import GAP, LARGER, LabelingTask

RULE = PollSpec(pictures=4, answers=3, majority=0.6)
SIDE = 8
DRAWN = 40 * np.arange(1, 5, dtype=np.uint8)  # the gray of each unlabelled picture
CONTROLS = {"7": 220, "2": 250}


@pytest.fixture
def poll(tmp_path):
    return Poll(tmp_path / "poll.sqlite", RULE)


@pytest.fixture
def labelling(poll):
    unlabelled = np.broadcast_to(DRAWN[:, None, None, None], (4, SIDE, SIDE, 3)).copy()
    turn = iter(range(10_000))

    def control():
        label = "72"[next(turn) % 2]
        return np.full((SIDE, SIDE, 3), CONTROLS[label], np.uint8), label

    return LabelingTask(poll, unlabelled, control, "0123456789")


class Person:
    """A browser; `sees` says what a picture of some gray is."""

    def __init__(self, labelling):
        self.client = create(Site(None, None, labelling=labelling)).test_client()

    def asked(self):
        page = self.client.get("/label").text
        fields = {
            word: page.split(f'name="{word}" value="')[1].split('"')[0]
            for word in ("name", "token")
        }
        source = re.search(r'src="(/label/[^"]+\.png)"', page)[1]
        image = cv2.imdecode(np.frombuffer(self.client.get(source).data, np.uint8), 1)
        assert image.shape == (LARGER * SIDE, LARGER * (2 * SIDE + GAP), 3)
        return page, fields, (int(image[5, 5, 0]), int(image[5, -5, 0]))

    def answer(self, sees):
        """Answer one; the numbers of the picture that was named, if it was."""
        _page, fields, grays = self.asked()
        text = "".join(sees(gray) for gray in grays)
        done = self.client.post("/label", data={**fields, "answer": text})
        return done, grays


def honest(gray):
    known = {number: label for label, number in CONTROLS.items()}
    return known.get(gray) or str(gray // 40)


def test_what_people_agree_on_is_the_label(labelling, poll):
    people = [Person(labelling) for _ in range(3)]
    for person in people:
        for _ in range(4):
            assert person.answer(honest)[0].status_code == 303
    for _ in range(40):  # pictures that somebody has named twice need somebody else
        Person(labelling).answer(honest)
        if len(poll.labels()) == 4:
            break
    assert [(one.picture, one.label) for one in poll.labels()] == [
        (0, "1"), (1, "2"), (2, "3"), (3, "4"),
    ]  # fmt: skip
    assert all(one.votes == one.answers >= 3 for one in poll.labels())


def test_a_wrong_control_counts_for_nothing(labelling, poll):
    person = Person(labelling)
    for _ in range(5):
        person.answer(lambda gray: honest(gray) if gray < 200 else "0")
    assert poll.counting() == {}
    assert poll.labels() == []


def test_what_names_nothing_is_not_kept(labelling, poll):
    person = Person(labelling)
    for word in ("/", "", "77"):
        person.answer(lambda gray, word=word: honest(gray) if gray > 200 else word)
    assert poll.counting() == {}


def test_the_page_holds_no_answer_and_a_form_is_taken_once(labelling, poll):
    person = Person(labelling)
    page, fields, grays = person.asked()
    text = "".join(map(honest, grays))
    assert text not in re.sub(r'(value|src)="[^"]*"', "", page)
    assert not re.search(r"control|data-", page.split("<form")[1].split("</form")[0])
    assert person.client.post("/label", data={**fields, "answer": text}).status_code == 303
    assert person.client.post("/label", data={**fields, "answer": text}).status_code == 403
    assert sum(map(len, poll.counting().values())) == 1
    _page, fields, grays = person.asked()
    stranger = Person(labelling)
    assert stranger.client.post("/label", data={**fields, "answer": text}).status_code == 403


def test_one_person_has_one_vote_for_a_picture(poll):
    for _ in range(5):
        poll.note(0, "ann", "3", True)
    poll.note(0, "ann", "8", True)
    assert poll.counting() == {0: ["3"]}
    poll.note(0, "bob", "3", True)
    assert poll.labels() == []
    poll.note(0, "eve", "8", True)
    assert poll.labels() == [Label(0, "3", 2, 3)]
    assert poll.wanted() == [1, 2, 3]


def test_no_majority_is_no_label(poll):
    for person, label in (("ann", "3"), ("bob", "8"), ("eve", "9")):
        poll.note(2, person, label, True)
    assert poll.labels() == []
    assert poll.wanted() == [0, 1, 3], "those with fewer answers come first"


def test_answers_that_come_at_once_are_all_kept(poll):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: poll.note(n % 4, f"person {n}", "5", True), range(80)))
    assert sum(map(len, poll.counting().values())) == 80


def test_a_damaged_file_is_said_in_one_line(tmp_path):
    file = tmp_path / "poll.sqlite"
    file.write_bytes(b"not a data base" * 100)
    with pytest.raises(RequirementError, match="move the file away"):
        Poll(file, RULE)


def test_a_person_stays_who_they_are_when_the_server_is_started_again(labelling, poll):
    person = Person(labelling)
    person.answer(honest)
    again = create(Site(None, None, labelling=labelling)).test_client()
    cookie = person.client.get_cookie("label-80")
    again.set_cookie("label-80", cookie.value)
    assert again.get("/label").headers["Set-Cookie"].split("=", 1)[1].startswith(cookie.value)
    assert Poll(poll.file, RULE).key() == poll.key()


def test_an_answer_that_cannot_be_kept_is_said_and_can_be_sent_again(labelling, poll, monkeypatch):
    person = Person(labelling)
    _page, fields, grays = person.asked()
    form = {**fields, "answer": "".join(map(honest, grays))}

    def full(*_answer):
        raise RequirementError("poll.sqlite: disk full")

    with monkeypatch.context() as patch:
        patch.setattr(poll.__class__, "note", full)
        answer = person.client.post("/label", data=form)
    assert (answer.status_code, answer.json["debug"]) == (503, "poll.sqlite: disk full")
    assert person.client.post("/label", data=form).status_code == 303
    assert sum(map(len, poll.counting().values())) == 1
