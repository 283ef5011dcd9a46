"""Limits of a step: how long it may take, how often it is tried, how many processes it may kill."""

PAUSES = (5.0, 30.0)  # seconds before a step is tried again that lacked something for a moment
MOST_DEATHS = 3  # processes that may be killed at one step
LEAST_LIMIT = 3600.0  # seconds that any step may take
FACTOR = 20.0  # times its expected time that a step may take
LIMIT_OF_UNKNOWN = 12 * 3600.0  # seconds, where nothing is known of a step


def limit(expected: float | None) -> float:
    """Give the seconds that a step may take; the settings may name others.

    Args:
        expected: seconds that it should take; None: nothing is known of it.
    """
    from workers.app import app

    if expected is None:
        return float(app.conf.get("step_limit_of_unknown", LIMIT_OF_UNKNOWN))
    factor = float(app.conf.get("step_limit_factor", FACTOR))
    return max(float(app.conf.get("step_limit_least", LEAST_LIMIT)), factor * expected)
