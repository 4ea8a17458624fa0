"""How jobs run, and the one table of everything that happens by itself.

Celery loads this module when it first needs it, by name, so that importing the app asks no
settings.
"""

from __future__ import annotations

from celery.schedules import crontab
from django.conf import settings
from kombu import Queue

broker_url = settings.CELERY_BROKER_URL
broker_connection_retry_on_startup = True
broker_transport_options = {
    "visibility_timeout": 3600,
    "global_keyprefix": f"{settings.REDIS_PREFIX}:celery:",
}
task_ignore_result = True
task_acks_late = True
task_reject_on_worker_lost = True
task_time_limit = 600
task_soft_time_limit = 540
task_default_queue = "default"
task_queues = [Queue("billing"), Queue("payments"), Queue("default")]
task_routes = {
    "live.streams.tasks.*": {"queue": "default"},
    "live.tasks.*": {"queue": "billing"},
    "payouts.tasks.*": {"queue": "payments"},
    "payouts.earnings.tasks.*": {"queue": "payments"},
    "backend.inbox.tasks.*": {"queue": "payments"},
}
worker_prefetch_multiplier = 1
worker_hijack_root_logger = False
timezone = "UTC"
enable_utc = True

# Every entry says until when it is worth doing: after a day without workers one of each waits in
# the queue, and not one for every time that it was due.
_HOUR, _HALF_A_DAY = {"expires": 3_600}, {"expires": 12 * 3_600}
_SWEEP = {"schedule": settings.SWEEP_SECONDS, "options": {"expires": settings.SWEEP_SECONDS}}
beat_schedule = {
    "due readings": {"task": "live.tasks.sweep_due", **_SWEEP},
    "silent peers": {"task": "live.tasks.sweep_presence", **_SWEEP},
    "readers here": {"task": "readers.tasks.sweep_presence", **_SWEEP},
    "live rooms": {"task": "live.streams.tasks.sweep_rooms", **_SWEEP},
    "faults of readings": {
        "task": "live.tasks.make_good",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "reminders of streams": {
        "task": "live.streams.tasks.remind",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "entrances to give back": {
        "task": "live.streams.tasks.give_back_entrances",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "worker heartbeat": {
        "task": "backend.core.tasks.worker_heartbeat",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "outside events": {
        "task": "backend.inbox.tasks.work_through",
        "schedule": 15,
        "options": {"expires": 15},
    },
    "due mail": {
        "task": "backend.notifications.tasks.send_due_mail",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "reconcile Stripe": {
        "task": "payouts.tasks.reconcile",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "pay readers": {
        "task": "payouts.earnings.tasks.pay_tonight",
        "schedule": crontab(hour=str(settings.PAYOUT_HOUR_UTC), minute="0"),
        "options": {"expires": 6 * 3_600},
    },
    "payouts in flight": {
        "task": "payouts.earnings.tasks.sweep",
        "schedule": 120,
        "options": {"expires": 120},
    },
    "mature earnings": {
        "task": "payouts.earnings.tasks.mature",
        "schedule": crontab(minute="40"),
        "options": _HOUR,
    },
    "compare our balance": {
        "task": "payouts.tasks.reconcile_nightly",
        "schedule": crontab(hour="1", minute="10"),
        "options": _HALF_A_DAY,
    },
    "debts given up": {
        "task": "payouts.tasks.write_off_chargebacks",
        "schedule": crontab(hour="4", minute="20"),
        "options": _HALF_A_DAY,
    },
    "open chargebacks": {
        "task": "payouts.tasks.look_at_chargebacks",
        "schedule": crontab(minute="40"),
        "options": _HOUR,
    },
    "auto-reloads": {
        "task": "payouts.tasks.reload_wallets",
        "schedule": 15,
        "options": {"expires": 15},
    },
    "money back to cards": {
        "task": "payouts.tasks.send_withdrawals",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "refunds on their way": {
        "task": "payouts.tasks.ask_about_refunds",
        "schedule": crontab(minute="40"),
        "options": _HOUR,
    },
    "removed cards": {
        "task": "payouts.tasks.forget_cards",
        "schedule": crontab(minute="*/10"),
        "options": {"expires": 600},
    },
    "promotions that ran out": {
        "task": "payouts.tasks.expire_promos",
        "schedule": crontab(minute="5,35"),
        "options": {"expires": 1_800},
    },
    "cases past their appeal": {
        "task": "payouts.tasks.close_disputes",
        "schedule": crontab(minute="50"),
        "options": _HOUR,
    },
    "forget old answers": {
        "task": "backend.core.tasks.forget_old_answers",
        "schedule": crontab(hour="3", minute="10"),
        "options": _HALF_A_DAY,
    },
    "forget old traces": {
        "task": "backend.accounts.tasks.forget_old_traces",
        "schedule": crontab(minute="20"),
        "options": _HOUR,
    },
    "archives to make": {
        "task": "backend.accounts.tasks.make_due_exports",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "erasures to carry out": {
        "task": "backend.accounts.tasks.carry_out_erasures",
        "schedule": crontab(minute="40"),
        "options": _HOUR,
    },
    "forget what was kept long enough": {
        "task": "backend.accounts.tasks.forget_nightly",
        "schedule": crontab(hour="3", minute="30"),
        "options": _HALF_A_DAY,
    },
    "figures of the day": {
        "task": "backend.ledger.tasks.keep_figures",
        "schedule": crontab(hour="0", minute="20"),
        "options": _HALF_A_DAY,
    },
    "look for collusion": {
        "task": "backend.ledger.tasks.look_for_collusion",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "audit the ledger": {
        "task": "backend.ledger.tasks.audit_nightly",
        "schedule": crontab(hour="1", minute="30"),
        "options": _HALF_A_DAY,
    },
}
