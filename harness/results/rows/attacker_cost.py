"""Rows of attacker_costs.csv: what an attacker spends to have captchas solved by a breaker."""

import math

from harness.options import Options
from harness.results.rows.row import Row, Status, Value
from harness.results.tally import Interval, share

ATTACKER_COST_COLUMNS = (
    "dataset", "breaker", "architecture", "labels_by_hand", "training_seconds",
    "milliseconds_per_captcha", "n_loads", "n_tries", "n_solved",
    "tries_per_solve", "tries_per_solve_low", "tries_per_solve_high",
    "loads_per_solve", "loads_per_solve_low", "loads_per_solve_high",
    "tries_per_day", "loads_per_day", "solved_per_day", "solved_per_day_low", "solved_per_day_high",
    "price_per_thousand", "people_price_per_day", "price_per_label", "labels_price",
    "price_per_hour", "training_price", "reading_price_per_thousand", "cheaper_after",
    "status", "warnings",
)  # fmt: skip
HOUR, SECOND = 3600, 1000  # in seconds, in milliseconds


class Attempts(Options):
    """The captchas that an attacker loads, the answers that he sends, and those that are right.

    Attributes:
        loads: captchas that were looked at.
        tries: of them, those that were answered; the others were loaded anew.
        solved: of the answers, those that were right.
        interval: 95 % interval of the right answers, over all answers.
    """

    loads: int
    tries: int
    solved: int
    interval: Interval


class AttackerCostRow(Row):
    """The costs of one breaker for an attacker, in labels, time, tries, and dollars where known.

    Attributes:
        labels_by_hand: captchas whose answers its training has used; None: not known, or drawn
            without end, which takes the generator itself.
        training_seconds: of all trainings behind it, on the machine of the run.
        milliseconds_per_captcha: for reading one, on the same machine.
        attempts: on the test captchas; None: not measured.
        tries_per_day: answers that a page allows a day.
        loads_per_day: captchas that it shows a day.
        price_per_thousand: dollars that people are paid for solving 1,000 captchas.
        price_per_label: dollars for a label; None: not priced.
        price_per_hour: dollars for an hour of the machine; None: not priced.
    """

    dataset: str
    breaker: str
    architecture: str
    status: Status = "ok"
    labels_by_hand: int | None = None
    training_seconds: float | None = None
    milliseconds_per_captcha: float | None = None
    attempts: Attempts | None = None
    tries_per_day: int = 100_000
    loads_per_day: int = 1_000_000
    price_per_thousand: float = 0.5
    price_per_label: float | None = None
    price_per_hour: float | None = None
    warnings: tuple[str, ...] = ()

    def columns(self) -> dict[str, Value]:
        """Give the row of attacker_costs.csv."""
        return self.cells(ATTACKER_COST_COLUMNS)

    @property
    def n_loads(self) -> int | None:
        """Count the test captchas that were looked at."""
        return self.attempts.loads if self.attempts else None

    @property
    def n_tries(self) -> int | None:
        """Count those of them that were answered."""
        return self.attempts.tries if self.attempts else None

    @property
    def n_solved(self) -> int | None:
        """Count the right answers."""
        return self.attempts.solved if self.attempts else None

    @property
    def tries_per_solve(self) -> float | None:
        """Divide answers by right answers; None where none was right."""
        return share(self.n_tries, self.n_solved)

    @property
    def tries_per_solve_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return 1 / self.attempts.interval[1] if self.attempts else None

    @property
    def tries_per_solve_high(self) -> float | None:
        """Give the upper end of its 95 % interval; None: there is none."""
        low = self.attempts.interval[0] if self.attempts else 0.0
        return 1 / low if low else None

    @property
    def loads_per_solve(self) -> float | None:
        """Divide captchas that were looked at by right answers; None where none was right."""
        return share(self.n_loads, self.n_solved)

    @property
    def loads_per_solve_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self._loads(self.tries_per_solve_low)

    @property
    def loads_per_solve_high(self) -> float | None:
        """Give the upper end of its 95 % interval; None: there is none."""
        return self._loads(self.tries_per_solve_high)

    @property
    def solved_per_day(self) -> float | None:
        """Multiply the tries of a day, or those that its loads give, by the share of right ones."""
        return self._a_day(share(self.n_solved, self.n_tries))

    @property
    def solved_per_day_low(self) -> float | None:
        """Give the lower end of its 95 % interval."""
        return self._a_day(self.attempts.interval[0]) if self.attempts else None

    @property
    def solved_per_day_high(self) -> float | None:
        """Give the upper end of its 95 % interval."""
        return self._a_day(self.attempts.interval[1]) if self.attempts else None

    @property
    def people_price_per_day(self) -> float | None:
        """Give what people would be paid for solving as many a day, in dollars."""
        solved = self.solved_per_day
        return None if solved is None else solved * self.price_per_thousand / 1000

    @property
    def labels_price(self) -> float | None:
        """Give what the labels cost, in dollars; None: not priced."""
        return _priced(self.labels_by_hand, self.price_per_label)

    @property
    def training_price(self) -> float | None:
        """Give what the machine costs while it trains, in dollars; None: not priced."""
        seconds = self.training_seconds
        return _priced(None if seconds is None else seconds / HOUR, self.price_per_hour)

    @property
    def reading_price_per_thousand(self) -> float | None:
        """Give what the machine costs to have 1,000 solved, in dollars; None: not priced."""
        each, loads = self.milliseconds_per_captcha, self.loads_per_solve
        hours = None if each is None or loads is None else 1000 * each * loads / SECOND / HOUR
        return _priced(hours, self.price_per_hour)

    @property
    def cheaper_after(self) -> int | None:
        """Count the solved captchas from which on it costs less than people; None: not known."""
        labels, training = self.labels_price, self.training_price
        reading = self.reading_price_per_thousand
        if labels is None or training is None or reading is None:
            return None
        saved = (self.price_per_thousand - reading) / 1000
        return math.floor((labels + training) / saved) + 1 if saved > 0 else None

    def _loads(self, tries: float | None) -> float | None:
        """Give the captchas to look at for a number of tries."""
        if tries is None or not self.attempts or not self.attempts.tries:
            return None
        return tries * self.attempts.loads / self.attempts.tries

    def _a_day(self, rate: float | None) -> float | None:
        """Give what a rate of right answers solves a day."""
        if rate is None or not self.attempts or not self.attempts.loads:
            return None
        answered = self.attempts.tries / self.attempts.loads
        return rate * min(self.tries_per_day, self.loads_per_day * answered)


def _priced(number: float | None, price: float | None) -> float | None:
    """Multiply a number of things by their price; what is not needed costs nothing."""
    if number is None:
        return None
    if not number:
        return 0.0
    return None if price is None else number * price
