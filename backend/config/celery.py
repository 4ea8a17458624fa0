"""The Celery app; ``backend.config.jobs`` says how jobs run and when."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")

app = Celery("soulseer")
app.config_from_object("backend.config.jobs")
app.autodiscover_tasks()
