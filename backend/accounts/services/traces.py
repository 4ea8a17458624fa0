"""Traces: what a person was seen with (device, address, card), kept as keyed hashes only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.crypto import salted_hmac

from backend.accounts.models import Trace
from backend.core.ids import uuid7

REST: Final = timedelta(hours=1)  # one trace is written at most this often
FORGET_BATCH: Final = 10_000
TRACES_MAX: Final = 1_000  # of one person; who changes devices more often is not followed
HOUSEHOLD_BITS: Final = 64  # of an IPv6 address: the rest changes by itself

_NOTE = """
INSERT INTO accounts_trace (id, user_id, kind, digest, first_seen_at, last_seen_at)
SELECT %s, %s, %s, %s, %s, %s
WHERE (SELECT count(*) FROM accounts_trace WHERE user_id = %s) < %s
    OR EXISTS (SELECT FROM accounts_trace WHERE user_id = %s AND kind = %s AND digest = %s)
ON CONFLICT (user_id, kind, digest) DO UPDATE SET last_seen_at = excluded.last_seen_at
WHERE accounts_trace.last_seen_at <= %s
"""


@transaction.atomic
def note(*, user_id: UUID, seen: Mapping[str, str], at: datetime) -> None:
    """Remember that a person was seen with these things: ``{kind: what}``.

    What says nothing is left out: empty texts, and addresses that are no one's in particular
    (our own proxy, a private network). Again within the hour nothing is written.
    """
    for kind, shown in sorted(seen.items()):
        what = household(shown) if kind == Trace.Kind.ADDRESS else shown
        if what:
            _note(user_id, kind, digest(kind, what), at)


def digest(kind: str, what: str) -> bytes:
    """The keyed hash of ``what``; without SECRET_KEY nobody can try guesses against it."""
    return salted_hmac(f"soulseer.trace.{kind}", what, algorithm="sha256").digest()


def household(address: str) -> str:
    """The part of a network address that one line keeps; empty for one that tells nothing."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        parsed = parsed.ipv4_mapped or parsed
    if not parsed.is_global:
        return ""
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, HOUSEHOLD_BITS), strict=False))
    return str(parsed)


def forget_old(*, at: datetime) -> int:
    """Delete traces not seen for ``TRACE_DAYS`` days, a bounded number; how many went."""
    old = Trace.objects.filter(last_seen_at__lt=at - timedelta(days=settings.TRACE_DAYS))
    some = old.order_by("last_seen_at").values_list("pk", flat=True)[:FORGET_BATCH]
    return Trace.objects.filter(pk__in=list(some)).delete()[0]


def _note(user_id: UUID, kind: str, digest: bytes, at: datetime) -> None:
    same = (user_id, kind, digest)
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, [uuid7(), *same, at, at, user_id, TRACES_MAX, *same, at - REST])
