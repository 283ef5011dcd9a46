"""Whether the time of a refusal says how much of the answer was right."""

from harness.audit.finding import CheckNotRun, Finding, PageBlocked
from harness.audit.page_audit import PageAudit

SAMPLES = 12  # of each kind
PAUSES = 4  # that a limit of attempts costs
CHANCE = 1e-4
SLOWEST = 1e-3  # seconds of difference that another machine could measure


def answer_by_timing(audit: PageAudit) -> Finding:
    """Compare how long the page takes to refuse answers that begin right, and such that do not."""
    from scipy.stats import mannwhitneyu

    field = audit.needs_answer_field
    audit.needs_right()
    seconds: dict[bool, list[float]] = {True: [], False: []}
    pauses = 0
    with audit.visitor() as visitor:
        while len(seconds[False]) < SAMPLES and pauses <= PAUSES:
            begins_right = len(seconds[True]) <= len(seconds[False])
            try:
                shown = audit.open(visitor)
                wrong = audit.wrong(shown.text)
                near = shown.text[:-1] + wrong[-1:] if begins_right else wrong
                form = audit.held(visitor, wrong).with_field(field, near)
                outcome, reply = audit.send(visitor, form)
            except PageBlocked:
                pauses += 1
                audit.audited.wait(audit.audited.pause)
                continue
            if outcome != "passed":
                seconds[begins_right].append(reply.first.seconds)
    if min(map(len, seconds.values())) < SAMPLES // 2:
        raise CheckNotRun("too few answers were refused")
    result = mannwhitneyu(seconds[True], seconds[False])
    middle = {kind: sorted(times)[len(times) // 2] for kind, times in seconds.items()}
    sent = f"{2 * SAMPLES} wrong answers, half of them right but for the last character"
    seen = f"{1000 * middle[True]:.1f} ms and {1000 * middle[False]:.1f} ms"
    if result.pvalue < CHANCE and abs(middle[True] - middle[False]) > SLOWEST:
        return Finding(
            "answer_by_timing", "failed", sent, seen,
            "a refusal takes longer the more is right: compare in constant time",
        )  # fmt: skip
    return Finding("answer_by_timing", "passed", sent, seen)
