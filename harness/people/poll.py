"""A poll on pictures that have no label: answers in SQLite, labels by majority."""

import contextlib
import secrets
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harness.errors import RequirementError
from harness.sweep.specs import PollSpec

POLL = "poll.sqlite"
TABLES = (
    """CREATE TABLE IF NOT EXISTS answers (
    picture INTEGER NOT NULL, person TEXT NOT NULL, label TEXT NOT NULL,
    control_right INTEGER NOT NULL, at REAL NOT NULL
)""",
    "CREATE TABLE IF NOT EXISTS keys (number INTEGER PRIMARY KEY, key BLOB NOT NULL)",
)


@dataclass(frozen=True)
class Label:
    """A label that a poll accepted: `votes` of `answers` people gave it."""

    picture: int
    label: str
    votes: int
    answers: int


class Poll:
    """The answers to one poll; any number of threads and processes may add some.

    A picture without a label was shown beside one whose label is known, the control. Only answers
    count whose control was right, and of one person the first on each picture. A person is a
    browser with its cookie: whoever throws it away votes again, which is for the owner of the
    machine to know, since nobody else can open the page.
    """

    def __init__(self, file: Path, rule: PollSpec) -> None:
        """Open the file of a poll, or create it.

        Raises:
            RequirementError: the file cannot be written.
        """
        self.file, self.rule = file, rule
        with self._open() as base:
            for table in TABLES:
                base.execute(table)

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        """Open a connection for each question: threads share none."""
        try:
            with contextlib.closing(sqlite3.connect(self.file, timeout=30)) as base, base:
                yield base
        except sqlite3.Error as error:
            raise RequirementError(
                f"{self.file}: {error}; allow writing there, or move the file away"
            ) from None

    def key(self) -> bytes:
        """Give the key that signs people's cookies, the same for all servers of this poll."""
        with self._open() as base:
            base.execute("INSERT OR IGNORE INTO keys VALUES (1, ?)", (secrets.token_bytes(32),))
            return bytes(base.execute("SELECT key FROM keys").fetchone()[0])

    def note(self, picture: int, person: str, label: str, control_right: bool) -> None:
        """Add an answer."""
        with self._open() as base:
            base.execute(
                "INSERT INTO answers VALUES (?, ?, ?, ?, ?)",
                (picture, person, label, control_right, time.time()),
            )

    def counting(self) -> dict[int, list[str]]:
        """List the answers that count, in their order: picture -> labels."""
        with self._open() as base:
            rows = base.execute(
                "SELECT picture, person, label FROM answers WHERE control_right ORDER BY at, rowid"
            ).fetchall()
        first: dict[tuple[int, str], str] = {}
        for picture, person, label in rows:
            first.setdefault((picture, person), label)
        counting: dict[int, list[str]] = {}
        for (picture, _person), label in first.items():
            counting.setdefault(picture, []).append(label)
        return counting

    def wanted(self) -> list[int]:
        """List the pictures with the fewest answers, among those without an accepted label."""
        counting = self.counting()
        accepted = {label.picture for label in self._agreed(counting)}
        open_ = [number for number in range(self.rule.pictures) if number not in accepted]
        fewest = min((len(counting.get(number, ())) for number in open_), default=0)
        return [number for number in open_ if len(counting.get(number, ())) == fewest]

    def labels(self) -> list[Label]:
        """List the labels that enough people agree on, by the rule of the sweep file."""
        return self._agreed(self.counting())

    def _agreed(self, counting: dict[int, list[str]]) -> list[Label]:
        agreed = []
        for picture, answers in sorted(counting.items()):
            label, votes = Counter(answers).most_common(1)[0]
            if len(answers) >= self.rule.answers and votes > self.rule.majority * len(answers):
                agreed.append(Label(picture, label, votes, len(answers)))
        return agreed
