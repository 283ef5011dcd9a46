"""Give Celery its settings: where the queue is, how tasks are kept safe, what runs every night."""

import tzlocal
from celery.schedules import crontab

from workers.broker import url

broker_url = url()
task_ignore_result = True  # what came of a task is in the store

# What crosses the queue is names and digests; nothing that could run when it is read.
accept_content = ["json"]
task_serializer = "json"

# A message only wakes a worker; who does a step holds its claim. A message that comes again does
# nothing, and one that is lost is sent again by the reconciler of `up`. Acknowledged when done, so
# that no worker keeps a message that another one could take.
task_acks_late = True
task_reject_on_worker_lost = True
worker_prefetch_multiplier = 1
broker_transport_options = {
    "visibility_timeout": 3600,
    "priority_steps": list(range(10)),
    "queue_order_strategy": "priority",
    # Of whoever sends: what cannot be sent now is sent by the reconciler.
    "max_retries": 2,
    "interval_start": 0.1,
    "interval_step": 0.3,
}
broker_connection_retry_on_startup = True
broker_connection_max_retries = None  # for ever
worker_cancel_long_running_tasks_on_connection_loss = False  # a step needs no queue
task_publish_retry_policy = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.3}

# TensorFlow must not be forked once it has been used; and takes its time to load.
worker_pool = "prefork"
worker_pool_start_method = "spawn"
worker_proc_alive_timeout = 120
worker_concurrency = 1  # a step uses all cores
worker_max_memory_per_child = 4_000_000  # kilobytes; a fresh process after that
worker_send_task_events = False
task_time_limit = 7 * 24 * 3600  # the last resort; workers/limits.py has what a step may take

imports = ["workers.tasks"]
task_default_queue = "sweep"
task_routes = {
    "workers.tasks.nightly": {"queue": "sweep"},
    "workers.tasks.report": {"queue": "report"},
}

timezone = str(tzlocal.get_localzone())
beat_schedule = {
    "nightly": {"task": "workers.tasks.nightly", "schedule": crontab(hour=2, minute=0)},
}
