"""The numbers of the meter and of money (money.md §6). Each is one environment variable."""

from __future__ import annotations

import environ

_env = environ.Env()

CURRENCY = "USD"
TOP_UP_MIN_CENTS: int = _env.int("TOP_UP_MIN_CENTS", default=500)
TOP_UP_MAX_CENTS: int = _env.int("TOP_UP_MAX_CENTS", default=50_000)
TOP_UP_DAILY_CAP_CENTS: int = _env.int("TOP_UP_DAILY_CAP_CENTS", default=100_000)
TOP_UP_PRESETS_CENTS = [1_000, 2_000, 3_000, 5_000, 10_000]
EARNINGS_HOLD_HOURS: int = _env.int("EARNINGS_HOLD_HOURS", default=24)
DISPUTE_WINDOW_HOURS: int = _env.int("DISPUTE_WINDOW_HOURS", default=72)
DISPUTE_ANSWER_HOURS: int = _env.int("DISPUTE_ANSWER_HOURS", default=48)
DISPUTE_APPEAL_DAYS: int = _env.int("DISPUTE_APPEAL_DAYS", default=7)
DISPUTE_STATEMENTS_MAX: int = _env.int("DISPUTE_STATEMENTS_MAX", default=5)
PAYOUT_MIN_CENTS: int = _env.int("PAYOUT_MIN_CENTS", default=1_500)
PAYOUT_HOUR_UTC: int = _env.int("PAYOUT_HOUR_UTC", default=2)
PAYOUT_CALLS_AT_ONCE: int = _env.int("PAYOUT_CALLS_AT_ONCE", default=8)
CONNECT_API: str = _env.str("CONNECT_API", default="v2")
CONNECT_COUNTRY: str = _env.str("CONNECT_COUNTRY", default="US")
SPLIT_BPS: int = _env.int("SPLIT_BPS", default=7_000)
STAFF_ALONE_MAX_CENTS: int = _env.int("STAFF_ALONE_MAX_CENTS", default=10_000)
STAFF_ALONE_DAY_CENTS: int = _env.int("STAFF_ALONE_DAY_CENTS", default=50_000)
RATE_MIN_CENTS: int = _env.int("RATE_MIN_CENTS", default=50)
RATE_MAX_CENTS: int = _env.int("RATE_MAX_CENTS", default=10_000)

BILLING_INCREMENT_SECONDS: int = _env.int("BILLING_INCREMENT_SECONDS", default=1)
FREE_SECONDS: int = _env.int("FREE_SECONDS", default=0)
QUOTA_SECONDS: int = _env.int("QUOTA_SECONDS", default=120)
MIN_START_SECONDS: int = _env.int("MIN_START_SECONDS", default=180)
METER_STEP_SECONDS: int = _env.int("METER_STEP_SECONDS", default=60)
WARN_SECONDS: list[int] = _env.list("WARN_SECONDS", cast=int, default=[120, 60])
MAX_READING_SECONDS: int = _env.int("MAX_READING_SECONDS", default=3_600)
MAX_WARN_SECONDS: int = _env.int("MAX_WARN_SECONDS", default=300)

HEARTBEAT_SECONDS: int = _env.int("HEARTBEAT_SECONDS", default=5)
HEARTBEAT_TOLERANCE_SECONDS: int = _env.int("HEARTBEAT_TOLERANCE_SECONDS", default=10)
PRESENCE_SECONDS: int = _env.int("PRESENCE_SECONDS", default=15)
WISH_LAPSE_SECONDS: int = _env.int("WISH_LAPSE_SECONDS", default=600)
GRACE_SECONDS: int = _env.int("GRACE_SECONDS", default=45)
PAUSE_BUDGET_SECONDS: int = _env.int("PAUSE_BUDGET_SECONDS", default=180)
FUNDS_GRACE_SECONDS: int = _env.int("FUNDS_GRACE_SECONDS", default=60)
FUNDS_GRACE_CHECKOUT_SECONDS: int = _env.int("FUNDS_GRACE_CHECKOUT_SECONDS", default=180)
FUNDS_PAUSES_MAX: int = _env.int("FUNDS_PAUSES_MAX", default=3)
RING_SECONDS: int = _env.int("RING_SECONDS", default=45)
CONNECT_SECONDS: int = _env.int("CONNECT_SECONDS", default=60)
CHAT_SILENCE_SECONDS: int = _env.int("CHAT_SILENCE_SECONDS", default=90)
CHAT_SILENCE_GRACE_SECONDS: int = _env.int("CHAT_SILENCE_GRACE_SECONDS", default=300)
CHAT_CHARS_MAX: int = 4_000
STALL_SECONDS: int = _env.int("STALL_SECONDS", default=20)
ORPHAN_SECONDS: int = _env.int("ORPHAN_SECONDS", default=600)
REQUESTS_MAX: int = _env.int("REQUESTS_MAX", default=6)
REQUESTS_WINDOW_SECONDS: int = _env.int("REQUESTS_WINDOW_SECONDS", default=600)
UNANSWERED_MAX: int = _env.int("UNANSWERED_MAX", default=2)
MISSED_RINGS_MAX: int = _env.int("MISSED_RINGS_MAX", default=2)
SWEEP_SECONDS: int = _env.int("SWEEP_SECONDS", default=5)
SWEEP_BATCH: int = _env.int("SWEEP_BATCH", default=1_000)

# From where on gifts look as if money went in a circle (backend/ledger/suspicion.py).
SUSPICION_MUCH_CENTS: int = _env.int("SUSPICION_MUCH_CENTS", default=10_000)
SUSPICION_SHARE_PERCENT: int = _env.int("SUSPICION_SHARE_PERCENT", default=80)
SUSPICION_NEW_READER_DAYS: int = _env.int("SUSPICION_NEW_READER_DAYS", default=14)
SUSPICION_FRESH_ACCOUNT_HOURS: int = _env.int("SUSPICION_FRESH_ACCOUNT_HOURS", default=24)
SUSPICION_FRESH_GIVERS: int = _env.int("SUSPICION_FRESH_GIVERS", default=3)
SUSPICION_YOUNG_ACCOUNT_DAYS: int = _env.int("SUSPICION_YOUNG_ACCOUNT_DAYS", default=7)
SUSPICION_AT_ONCE_MINUTES: int = _env.int("SUSPICION_AT_ONCE_MINUTES", default=10)
