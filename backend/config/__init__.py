"""The roof: settings, doors, jobs. Only wiring."""

from backend.config.celery import app as celery_app

__all__ = ["celery_app"]
