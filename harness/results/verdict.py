"""The verdict on a captcha: what attackers came to, in one sentence and one of four grades.

A pure function of a document, so that the terminal, a report and a gate say the same of a run.

The grades, by the share of its answers that an attacker gets right:

    open    one without any label of these captchas: the lower end is BROKEN_FROM or more; or the
            page lets in who reads nothing
    broken  one with labels: the lower end is BROKEN_FROM or more
    weak    none is shown to be so good, and none below STANDS_BELOW for sure
    stands  all were tried, one that learned from all labels among them: the upper ends of all
            are below STANDS_BELOW

A captcha is called open or broken by the lower end of a 95 % interval, because that is what has
been shown, and said to stand by the upper end, because nothing else protects its owner.

Source: a captcha is broken where 1 in 100 answers is right (Bursztein and others, CCS 2011), which
is STANDS_BELOW; BROKEN_FROM is ours: there a limit of tries keeps nobody out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from harness.results.attackers import FEWEST, Attacker, Means, attackers, is_measured
from harness.results.document import Document
from harness.results.rows.attacker_cost import AttackerCostRow
from harness.results.rows.audit import open_doors

STANDS_BELOW = 0.01
BROKEN_FROM = 0.10
TEN = 10  # below it, a number of tries has one decimal

Grade = Literal["stands", "weak", "broken", "open"]
MEANING: dict[Grade, str] = {
    "stands": "no attacker that was tried gets 1 answer in 100 right",
    "weak": "no attacker that was tried is shown to get 1 answer in 10 right; 1 in 100 is not "
    "ruled out",
    "broken": "a bot that has labelled some of these captchas gets 1 answer in 10 right, or more",
    "open": "a bot without a single label of these captchas gets 1 answer in 10 right, or more",
}
# Warnings that say that an attacker was trained too little for a captcha to be said to stand.
TOO_LOW = frozenset({"stuck_at_chance", "still_learning", "few_labels_curve_rises"})


@dataclass(frozen=True)
class Verdict:
    """What is to be said of the captchas of one data set.

    Attributes:
        dataset: its name in the sweep.
        tries_per_day: answers that the site takes of an attacker in a day.
        attackers: those that were measured on FEWEST answers or more.
        complete: one of them learned from all labels there are, and no warning says that it
            learned too little.
        cost: of the attacker that solves most a day; None where no captcha was solved.
        open_doors: holes of the page by which one gets in without reading.
    """

    dataset: str
    tries_per_day: int
    attackers: Sequence[Attacker]
    complete: bool
    cost: AttackerCostRow | None = None
    open_doors: Sequence[str] = ()

    @property
    def cost_sentence(self) -> str:
        """Say what the attacker that solves most a day spends; empty where nothing is known."""
        cost = self.cost
        if cost is None or cost.tries_per_solve is None or cost.loads_per_solve is None:
            return ""
        spent = []
        if cost.labels_by_hand is not None:
            spent.append(f"{cost.labels_by_hand or 'no'} labels by hand")
        if cost.training_seconds:
            spent.append(f"{cost.training_seconds / 60:,.1f} minutes of training")
        tries, loads = _few(cost.tries_per_solve), _few(cost.loads_per_solve)
        return (
            f"Who solves most a day ({cost.breaker}) needs {', '.join(spent) or 'nothing'} first, "
            f"then {tries} tries and {loads} captchas looked at for each that is solved; people "
            f"are paid {cost.price_per_thousand:.2f} dollars for solving 1,000."
        )

    @property
    def grade(self) -> Grade:
        """Give the grade; see this module."""
        if self.open_doors or any(_shown(each) for each in self.attackers if not each.labels):
            return "open"
        if any(_shown(each) for each in self.attackers):
            return "broken"
        return "stands" if self.highest < STANDS_BELOW and self.complete else "weak"

    @property
    def meaning(self) -> str:
        """Say what the grade means here."""
        if self.open_doors:
            return "the page lets in who reads nothing"
        return MEANING[self.grade]

    @property
    def highest(self) -> float:
        """Give the largest share that is not ruled out: of all upper ends, the highest.

        An attacker who chooses answers little: where none of it was right, its interval is wide
        and says less than that of the same breaker on all captchas.
        """
        counted = (each for each in self.attackers if each.means != "choice" or each.hits)
        return max((each.interval[1] for each in counted), default=1.0)

    def best(self, *means: Means) -> Attacker | None:
        """Give the attacker with some means that gets most answers right."""
        some = [each for each in self.attackers if each.means in means]
        return max(some, key=lambda each: each.share, default=None)

    @property
    def trained(self) -> Sequence[Attacker]:
        """List those that were trained on labels and for whom more labels paid, fewest first.

        Who reads less than another one with fewer labels is left out: whoever has the labels can
        do as the other did.
        """
        trained = (each for each in self.attackers if each.means == "labels")
        front: list[Attacker] = []
        for each in sorted(trained, key=lambda each: (each.labels, -each.share)):
            if not front or each.share > front[-1].share:
                front.append(each)
        return front

    @property
    def sentence(self) -> str:
        """Say in one sentence what attackers come to."""
        parts = [*self._labelled(), *self._unlabelled(), *self._choosing()]
        if self.open_doors:
            holes = ", ".join(self.open_doors)
            return (
                f"The page lets in who reads nothing ({holes}): until that is closed, no rate of a "
                "breaker counts."
            )
        return f"{'; '.join(parts)}." if parts else NOTHING

    def _labelled(self) -> list[str]:
        if not self.trained:
            return []
        fewest, most = self.trained[0], self.trained[-1]
        text = f"A bot that has seen {most.labels:,} of your captchas solves {most.of_hundred}"
        few = f"with {fewest.labels:,} labelled {fewest.of_hundred.removesuffix(' of 100')}"
        return [text] if fewest is most else [text, few]

    def _unlabelled(self) -> list[str]:
        parts = []
        without, free = self.best("ready_made"), self.best("free_labels")
        page = self.best("page")
        if page:
            parts.append(f"A bot without any label of yours passes your page {page.of_hundred}")
        if without:
            bare = without.of_hundred.removesuffix(" of 100")
            begun = bool(self.trained or page)
            whole = f"A bot without any label of yours solves {without.of_hundred}"
            parts.append(f"without any {bare}" if begun else whole)
        if free:
            given = f"{free.labels:,} by hand and " if free.labels else ""
            bare = free.of_hundred.removesuffix(" of 100")
            parts.append(f"with {given}labels that your site's answers give away {bare}")
        return parts

    def _choosing(self) -> list[str]:
        some = [each for each in self.attackers if each.solved_per_day is not None]
        if not some:
            return []
        most = max(some, key=lambda each: each.solved_per_day or 0.0)
        often = f"{_about(most.solved_per_day or 0.0)} times a day of your {self.tries_per_day:,}"
        return [f"choosing its tries it gets in {often}"]

    def as_json(self) -> dict[str, object]:
        """Give it for programs."""
        return {
            "dataset": self.dataset,
            "grade": self.grade,
            "meaning": self.meaning,
            "sentence": self.sentence,
            "tries_per_day": self.tries_per_day,
            "complete": self.complete,
            "open_doors": list(self.open_doors),
            "cost": self.cost.columns() if self.cost else None,
            "highest": self.highest,
            "attackers": [
                {
                    "name": each.name,
                    "means": each.means,
                    "labels": each.labels,
                    "hits": each.hits,
                    "trials": each.trials,
                    "share": each.share,
                    "low": each.interval[0],
                    "high": each.interval[1],
                    "solved_per_day": each.solved_per_day,
                    "warnings": list(each.warnings),
                }
                for each in self.attackers
            ],
        }


NOTHING = "Nothing was measured that says how long these captchas stand."


def _shown(attacker: Attacker) -> bool:
    return attacker.interval[0] >= BROKEN_FROM


def _few(number: float) -> str:
    return f"{number:.1f}" if number < TEN else _about(number)


def _about(number: float) -> str:
    """Round to two figures that count; never to the whole where it is less."""
    return f"{float(f'{number:.2g}'):,.0f}" if number >= 1 else f"{number:.2g}"


def verdicts(document: Document) -> list[Verdict]:
    """Judge the captchas of each data set that has any figure; single characters are none."""
    several = (document.breakers, document.visits, document.audits)
    listed = dict.fromkeys(row.dataset for rows in several for row in rows)
    judged = [verdict(document, name) for name in listed]
    return [each for each in judged if each.attackers or each.open_doors]


def verdict(document: Document, dataset: str) -> Verdict:
    """Judge the captchas of one data set by all undefended breakers that read them.

    Args:
        document: of a run.
        dataset: its name in the sweep.
    """
    free = {row.breaker for row in document.free_labels if row.dataset == dataset}
    learned = [
        row
        for row in document.breakers
        if row.dataset == dataset and row.train_images and row.breaker not in free
    ]
    most = max((row.train_images for row in learned), default=0)
    complete = any(
        row.train_images == most and is_measured(row) and not TOO_LOW & set(row.warnings)
        for row in learned
    )
    costs = [
        row
        for row in document.attacker_costs
        if row.dataset == dataset and row.solved_per_day and (row.n_tries or 0) >= FEWEST
    ]
    return Verdict(
        dataset,
        document.tries_per_day,
        attackers(document, dataset),
        complete,
        max(costs, key=lambda row: row.solved_per_day or 0.0, default=None),
        open_doors(document.audits, dataset),
    )
