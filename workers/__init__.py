"""Runs carried out by Celery: the queue, the tasks, and the processes that serve them."""
