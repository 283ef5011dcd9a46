"""The command that makes room: old runs go, and what no other run needs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from commands.options import Home, Json
from commands.output import show
from workers.environment import chosen_home

if TYPE_CHECKING:
    from harness.runs.pruning import Surplus


@dataclass(frozen=True)
class Pruned:
    """What was removed, or would be.

    Attributes:
        surplus: the runs and artifacts.
        is_removed: whether they are gone.
    """

    surplus: "Surplus"
    is_removed: bool

    def as_json(self) -> Mapping[str, object]:
        """Give it for programs."""
        return {
            "runs": [run.id for run in self.surplus.runs],
            "artifacts": [f"{kind}/{digest}" for kind, digest in self.surplus.artifacts],
            "bytes": self.surplus.bytes,
            "removed": self.is_removed,
        }

    def as_text(self) -> str:
        """Write a line for each run, and one for all."""
        from commands.status import megabytes

        lines = [f"  {run.id}" for run in self.surplus.runs]
        count, artifacts = len(self.surplus.runs), len(self.surplus.artifacts)
        what = f"{count} run(s) and {artifacts} artifact(s), {megabytes(self.surplus.bytes)}"
        lines.append(f"{what}, {'removed' if self.is_removed else 'would be removed'}")
        return "\n".join(lines)


def prune(
    keep: Annotated[int, typer.Option(min=1, help="Runs of each sweep name that stay.")],
    dry_run: Annotated[bool, typer.Option(help="Only show what would be removed.")] = False,
    home: Home = None,
    json: Json = False,
) -> None:
    """Remove all runs of each sweep but the latest, and the artifacts that no other run needs."""
    from harness.runs import pruning

    chosen = chosen_home(home)
    surplus = (pruning.surplus if dry_run else pruning.prune)(chosen, keep)
    show(Pruned(surplus, is_removed=not dry_run), json)
