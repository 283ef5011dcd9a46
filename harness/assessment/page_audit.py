"""The sweep of an audit: a page, who reads its captchas, and what is asked of it."""

import time

from harness.assessment.audit_table import AuditWishes, audit_lines
from harness.assessment.sweep_text import DATA, auditor_of, slug
from harness.assessment.target import Target
from harness.sweep.toml_text import toml


def audit_text(target: Target, wishes: AuditWishes) -> str:
    """Write the sweep of an audit by a reader that needs no labels.

    Args:
        target: the page.
        wishes: see AuditWishes.
    """
    reader = auditor_of(target)
    asked = time.strftime("%Y-%m-%d %H:%M:%S")
    lines = [
        f"# Does {target.asked} check what it shows?",
        f"name = {toml(f'audit-{slug(target)}')}",
        f"title = {toml(f'Does {target.asked} check what it shows?')}",
        "seed = 1",
        "",
        f"[datasets.{DATA}]",
        f"generator = {toml(target.generator)}",
        *(f"{key} = {toml(value)}" for key, value in target.table.items()),
        "train = 1",
        "test = 1",
        "",
        f"[breakers.{reader}]",
        f"dataset = {toml(DATA)}",
        f"architecture = {toml(reader)}",
        *audit_lines(target.asked, target.selectors, reader, wishes, asked),
    ]
    return "\n".join(lines) + "\n"
