"""The Celery application; its settings are in celeryconfig.py."""

from celery import Celery

app = Celery("captcha-harness")
app.config_from_object("celeryconfig")
