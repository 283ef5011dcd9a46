"""When and where steps run: in this process, or by Celery workers. Nothing imports this room."""
