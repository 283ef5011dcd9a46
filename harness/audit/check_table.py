"""The table of checks: in the order in which they run, the worst holes first."""

from collections.abc import Callable
from dataclasses import dataclass

from harness.audit.checks import answers, leaks, likeness, limits, sounds, timing
from harness.audit.finding import Finding
from harness.audit.page_audit import PageAudit


@dataclass(frozen=True)
class AuditCheck:
    """One check.

    Attributes:
        name: in audit.csv; of a check with several rows their first.
        does: asks the page.
        opens: how often it opens the page.
        sends: how many submissions it sends.
        long: it runs in thorough audits only.
        rows: names of its findings, where there are several.
    """

    name: str
    does: Callable[[PageAudit], "Finding | list[Finding]"]
    opens: int = 0
    sends: int = 0
    long: bool = False
    rows: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Name its findings."""
        return self.rows or (self.name,)


BASELINE = ("wrong_answer", "client_decides", "second_guess", "replayed")
CHECKS = (
    AuditCheck("omitted", answers.omitted, opens=1, sends=1),
    AuditCheck("empty", answers.empty, opens=1, sends=1),
    AuditCheck("replayed_elsewhere", answers.replayed_elsewhere, opens=1, sends=2),
    AuditCheck("old_answer", answers.old_answer, opens=2, sends=1),
    AuditCheck("without_token", answers.without_token, opens=1, sends=1),
    AuditCheck("trap_fields", answers.trap_fields, opens=1, sends=1),
    AuditCheck("guessable_ids", likeness.guessable_ids),
    AuditCheck("at_once", limits.at_once, opens=1, sends=limits.AT_ONCE),
    AuditCheck("expiry", limits.expiry, opens=1, sends=2),
    AuditCheck("case_and_spaces", answers.case_and_spaces, opens=1, sends=1),
    AuditCheck("blank", answers.blank, opens=1, sends=2, long=True),
    AuditCheck("answer_by_timing", timing.answer_by_timing, opens=24, sends=24, long=True),
    AuditCheck("attempts_limit", limits.attempts_limit, opens=30, sends=30, long=True),
    AuditCheck("limit_without_cookies", limits.limit_without_cookies, 1, 1, long=True),
    AuditCheck("limit_by_header", limits.limit_by_header, 1, 1, long=True),
    AuditCheck("reload_limit", limits.reload_limit, opens=limits.RELOADS, long=True),
    AuditCheck("leaks", leaks.leaks, rows=tuple(leaks.GROUPS)),
    AuditCheck("same_image", likeness.same_image),
    AuditCheck("cached_image", likeness.cached_image),
    AuditCheck("file_tells", likeness.file_tells),
    AuditCheck("sound_door", sounds.sound_door),
)
# Holes by which one gets in without reading: no rate of a breaker counts on such a page.
OPEN_DOORS = frozenset(
    {"wrong_answer", "client_decides", "replayed", "omitted", "empty", "blank",
     "replayed_elsewhere", "old_answer", "same_image", *leaks.GROUPS}
)  # fmt: skip
