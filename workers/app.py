"""The Celery application; its settings are found by workers/configuration.py."""

from celery import Celery
from celery.signals import worker_process_init

app = Celery("captcha-harness")
app.config_from_object("workers.configuration")


@worker_process_init.connect  # type: ignore[untyped-decorator] # no types
def _serve(**_facts: object) -> None:
    """Show that this worker process serves its home."""
    from workers import presence
    from workers.environment import chosen_home

    presence.serve(chosen_home(None))
