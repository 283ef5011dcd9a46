"""The radii at which an attack is measured."""

from collections.abc import Iterable


def radii(
    sweep_epsilons: Iterable[float],
    attack_epsilons: Iterable[float] | None = None,
    *,
    above_zero: bool = False,
) -> tuple[float, ...]:
    """Choose the radii of an attack: its own where it names some, else those of the sweep.

    Attacks go from each radius to the next larger one, and each is measured once; so the radii are
    put in order here, whatever the order in the sweep file.

    Args:
        sweep_epsilons: `epsilons` of the sweep.
        attack_epsilons: `epsilons` of the attack; None or empty: the sweep's.
        above_zero: leave out radius 0, for attacks that have nothing to do there.

    Returns:
        The radii, ascending, each once.

    >>> radii([0.3, 0.1, 0.1])
    (0.1, 0.3)
    >>> radii([0.3], [0.2, 0.0])
    (0.0, 0.2)
    >>> radii([0.0, 0.3], above_zero=True)
    (0.3,)
    """
    chosen = sorted(set(attack_epsilons or sweep_epsilons))
    return tuple(epsilon for epsilon in chosen if epsilon > 0 or not above_zero)
