"""A starting point: the sweep of an assessment, with what else it could ask for."""

from pathlib import Path

from harness.assessment.assessment import sizes_of
from harness.assessment.sweep_text import slug, sweep_text
from harness.assessment.target import Target
from harness.assessment.wishes import Wishes
from harness.errors import RequirementError, SpecError
from harness.files.atomic import reason
from harness.sweep import sweepfile

FURTHER = """
# What else can be asked for; `captcha-harness list` has every name and option.
# Does noise on the captchas stop these breakers? Radii of what an attack may change, and attacks:
# (epsilons stands at the top of the file, below the name)
#
# epsilons = [0.0, 0.05, 0.1]
#
# [attacks.pgd]
# attack = "pgd"
# captchas = 300
#
# What does a breaker get back that filters its input?
#
# [defenses.blur]
# defense = "mean_blur"
"""


def starting_point(target: Target, wishes: Wishes, file: Path | None) -> Path:
    """Write a commented sweep file for a target; no file is replaced.

    Args:
        target: a folder, a function or a generator.
        wishes: what was said beside it.
        file: that is written; None: the target's name and .toml, in the current folder.

    Returns:
        The file.

    Raises:
        SpecError: the file is there, or the target is a page.
        RequirementError: it cannot be written.
    """
    file = file or Path(f"{slug(target)}.toml")
    folder = file.absolute().parent
    text = sweep_text(target, sizes_of(target, wishes), wishes, folder) + FURTHER
    sweepfile.parse(text, folder)
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise SpecError(f"{file} is there and stays; name another file with --out") from None
    except OSError as error:
        raise RequirementError(f"cannot write {file}: {reason(error)}") from None
    return file
