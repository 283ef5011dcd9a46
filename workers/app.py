"""The Celery application; its settings are found by workers/configuration.py."""

from typing import Any

from celery import Celery
from celery.signals import worker_process_init

app = Celery("captcha-harness")
app.config_from_object("workers.configuration")


@worker_process_init.connect  # type: ignore[untyped-decorator] # no types
def _serve(**_facts: Any) -> None:
    from workers import presence
    from workers.home import chosen_home

    presence.serve(chosen_home(None))
