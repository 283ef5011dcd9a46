"""Celery's settings, for whoever operates this checkout: add or replace them below.

All of them stand, with their reasons, in workers/settings.py; what is assigned here wins. An
installed package has no checkout: there, CAPTCHA_HARNESS_CELERYCONFIG names a file like this one.

    timezone = "Europe/Madrid"  # of the nightly sweep, else the machine's own
    beat_schedule["nightly"]["schedule"] = crontab(hour=4, minute=30)
    worker_max_memory_per_child = 8_000_000  # kilobytes
    step_limit_least, step_limit_factor = 3600, 20  # a step may take an hour, or 20 times what is
    step_limit_of_unknown = 12 * 3600               # expected of it; this where nothing is known
"""

from celery.schedules import crontab  # noqa: F401 - for those who change the schedule

from workers.settings import *  # noqa: F403 - every setting is a name of that module
