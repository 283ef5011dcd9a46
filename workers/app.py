"""The Celery application; its settings are found by workers/configuration.py."""

import os

from celery import Celery
from celery.signals import worker_process_init

app = Celery("captcha-harness")
app.config_from_object("workers.configuration")


@worker_process_init.connect  # type: ignore[untyped-decorator] # no types
def _serve(**_facts: object) -> None:
    """Show that this worker process serves its home; it ends when its worker is killed."""
    from workers import presence
    from workers.bound import bind
    from workers.environment import chosen_home

    bind(os.getppid())
    presence.serve(chosen_home(None))
