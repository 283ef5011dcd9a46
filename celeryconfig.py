"""Celery's settings, for whoever operates this checkout: add or replace them below.

All of them stand, with their reasons, in workers/settings.py; what is assigned here wins. An
installed package has no checkout: there, CAPTCHA_HARNESS_CELERYCONFIG names a file like this one.

    timezone = "Europe/Madrid"  # of the nightly sweep, else the machine's own
    beat_schedule["nightly"]["schedule"] = crontab(hour=4, minute=30)
    worker_max_memory_per_child = 8_000_000  # kilobytes
    task_time_limit = 6 * 3600  # seconds a step may take; below the visibility_timeout
"""

from celery.schedules import crontab  # noqa: F401 - for those who change the schedule

from workers.settings import *  # noqa: F403 - every setting is a name of that module
