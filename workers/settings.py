"""Give Celery its settings: where the queue is, how tasks are kept safe, what runs every night."""

import tzlocal
from celery.schedules import crontab

from workers.broker import url

broker_url = url()
result_backend = broker_url
result_expires = 7 * 24 * 3600

# What crosses the queue is names and digests; nothing that could run when it is read.
accept_content = ["json"]
task_serializer = "json"
result_serializer = "json"

# A step is a pure function of its spec, so that doing it twice is harmless and losing it is not:
# acknowledge when done, and give a killed worker's step to the next one.
task_acks_late = True
task_reject_on_worker_lost = True
task_track_started = True
worker_prefetch_multiplier = 1
broker_transport_options = {
    "visibility_timeout": 24 * 3600,  # longer than the longest step
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
}
result_backend_transport_options = {"visibility_timeout": 24 * 3600}
broker_connection_retry_on_startup = True

# TensorFlow must not be forked once it has been used; and takes its time to load.
worker_pool = "prefork"
worker_pool_start_method = "spawn"
worker_proc_alive_timeout = 120
worker_concurrency = 1  # a step uses all cores
worker_max_memory_per_child = 4_000_000  # kilobytes; a fresh process after that
worker_send_task_events = False
task_time_limit = 12 * 3600

imports = ["workers.tasks"]
task_default_queue = "sweep"
task_routes = {
    "workers.tasks.nightly": {"queue": "sweep"},
    "workers.tasks.advance": {"queue": "sweep"},
    "workers.tasks.report": {"queue": "report"},
}

timezone = str(tzlocal.get_localzone())
beat_schedule = {
    "nightly": {"task": "workers.tasks.nightly", "schedule": crontab(hour=2, minute=0)},
}
