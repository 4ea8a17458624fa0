"""How proven seconds become billable seconds, and these become money. Pure.

Everything here works on a ``Draft``; ``decisions`` says when.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from live.facts import (
    SECOND,
    Draft,
    FreeTime,
    GiveBack,
    HoldMore,
    Reading,
    Sight,
    Stretch,
    Take,
    known,
)
from live.states import Pause, Peer
from readers import pricing


def price(row: Reading, seconds: int) -> int:
    """Cents that the first ``seconds`` of this reading cost, at its frozen terms."""
    return pricing.price(
        seconds=seconds,
        rate_cents=row.rate_per_minute_cents,
        increment_s=row.increment_s,
        free_s=row.free_s,
    )


def funded_s(draft: Draft) -> int:
    """The most seconds that held and spendable money pay for, within the cap (R4)."""
    row = draft.row
    cents = row.captured_cents + row.available_cents + draft.promo_cents + draft.cash_cents
    if row.cap_cents is not None and row.cap_cents < cents:
        cents = row.cap_cents
    return pricing.longest_affordable(
        cents=cents,
        rate_cents=row.rate_per_minute_cents,
        increment_s=row.increment_s,
        free_s=row.free_s,
    )


def binding(draft: Draft) -> str:
    """Which limit stops the meter first: ``funds``, ``cap`` or ``max``."""
    row = draft.row
    if row.funded_s >= draft.rules.max_s:
        return "max"
    spendable = row.captured_cents + row.available_cents + draft.promo_cents + draft.cash_cents
    capped = row.cap_cents is not None and row.cap_cents <= spendable
    return Pause.CAP.value if capped else Pause.FUNDS.value


def limit_s(draft: Draft) -> int:
    """Where the meter must stop: funded time or the longest reading."""
    return min(draft.row.funded_s, draft.rules.max_s)


def seen(row: Reading, sight: Sight) -> tuple[datetime | None, datetime | None]:
    """When client and reader were seen last: the beat, or what the row remembers of one."""
    return (
        _later(sight.client_at, row.client_seen_at),
        _later(sight.reader_at, row.reader_seen_at),
    )


def gap_of(row: Reading, sight: Sight) -> datetime | None:
    """The unconsumed silence that a running stretch has to be cut at, or None.

    A gap is recorded by a beat. While neither side has beaten since the stretch was opened, the
    gap is the one that its opening looked at, and is about to be forgotten (it waits for the
    commit); nothing can be billed meanwhile.
    """
    opened = row.segment_opened_at
    if opened is None or sight.gap_from is None:
        return None
    if all(stamp is not None and stamp <= opened for stamp in (sight.client_at, sight.reader_at)):
        return None
    return sight.gap_from


def silent_at(draft: Draft) -> datetime | None:
    """When a chat reader without a word counts as away (R16), or None."""
    row = draft.row
    if row.kind != "chat" or row.segment_opened_at is None:
        return None
    spoke = row.reader_spoke_at or row.segment_opened_at
    return spoke + timedelta(seconds=draft.rules.silence_s)


def proven_until(draft: Draft) -> datetime:
    """The last instant at which both are known to have been connected (R5, R12)."""
    row, sight = draft.row, draft.facts.sight
    start = known(row.segment_start)
    client, reader = seen(row, sight)
    until = min(client or start, reader or start)
    gap, silent = gap_of(row, sight), silent_at(draft)
    if gap is not None and gap < until:
        until = gap
    if silent is not None and silent < until:
        until = silent
    return max(until, start)


def advance(draft: Draft) -> datetime:
    """Count the proven seconds since the last settle, at most the quota; until when.

    What was proven beyond the quota is free and reported as ``unbilled_s``.
    """
    row = draft.row
    start, until = known(row.segment_start), proven_until(draft)
    row.client_seen_at, row.reader_seen_at = seen(row, draft.facts.sight)
    proven = (until - start) // SECOND
    row.funded_s = funded_s(draft)
    count = min(proven, max(0, limit_s(draft) - row.billable_s))
    if count > draft.rules.quota_s:
        draft.unbilled_s += count - draft.rules.quota_s
        count = draft.rules.quota_s
        row.segment_start = until
    else:
        row.segment_start = start + count * SECOND
    row.billable_s += count
    return until


def capture(draft: Draft, *, seconds: int, cover_s: int) -> None:
    """Post the price of the first ``seconds``, renewing the hold to cover ``cover_s``.

    A repeated or late call finds the price already captured and does nothing.
    """
    row = draft.row
    gross = price(row, seconds)
    due = gross - row.captured_cents
    if due <= 0:
        return
    promo, cash = _draw(draft, max(gross, _within_cap(row, price(row, cover_s))))
    from_promo = min(due, row.held_promo_cents - row.captured_promo_cents)
    row.captured_promo_cents += from_promo
    row.captured_cash_cents += due - from_promo
    total = pricing.share(gross_cents=row.captured_cents, split_bps=row.split_bps)
    reader, row.reader_total_cents = total - row.reader_total_cents, total
    draft.money.append(Take(seconds, reader, due - reader, promo, cash))


def hold(draft: Draft) -> None:
    """Reserve enough for the quota ahead."""
    row = draft.row
    promo, cash = _draw(draft, _within_cap(row, price(row, row.billable_s + draft.rules.quota_s)))
    if promo or cash:
        row.holds += 1
        draft.money.append(HoldMore(row.holds, promo, cash))


def cover(draft: Draft) -> None:
    """Hold more when the counted seconds cost more than is held (money came in meanwhile).

    What lies open may be spent or run out before the next capture.
    """
    row = draft.row
    if price(row, row.billable_s) > row.captured_cents + row.available_cents:
        hold(draft)


def release(draft: Draft) -> None:
    """Give back all that is held, each part to its own pot."""
    row = draft.row
    promo = row.held_promo_cents - row.captured_promo_cents
    cash = row.held_cash_cents - row.captured_cash_cents
    if row.available_cents > 0:
        row.released_cents += promo + cash
        draft.promo_cents += promo
        draft.cash_cents += cash
        draft.money.append(GiveBack(promo, cash))


def pay_free_time(draft: Draft) -> None:
    """Owe the reader their part of the seconds that the platform gave away, once, at the end."""
    row = draft.row
    given = min(row.free_s, row.billable_s)
    worth = pricing.price(
        seconds=given, rate_cents=row.rate_per_minute_cents, increment_s=row.increment_s
    )
    cents = pricing.share(gross_cents=worth, split_bps=row.split_bps)
    if cents:
        draft.money.append(FreeTime(cents))


def close_stretch(draft: Draft, until: datetime) -> None:
    """Close the running stretch at ``until`` and keep it as evidence."""
    row = draft.row
    opened = known(row.segment_opened_at)
    billed = row.billable_s - row.segment_opened_s
    row.segments += 1
    draft.stretches.append(Stretch(row.segments, opened, max(until, opened), billed))
    row.paused_from = until
    row.segment_start = row.segment_opened_at = None


def fresh(draft: Draft, peer: Peer) -> bool:
    """Whether ``peer`` was seen within the tolerance and is not marked down."""
    sight = draft.facts.sight
    stamp = sight.of(peer)
    if stamp is None or sight.is_down(peer) or peer in draft.down:
        return False
    return draft.facts.at - stamp <= draft.rules.tolerance


def _draw(draft: Draft, cents: int) -> tuple[int, int]:
    """Take from the purse what is missing to have ``cents`` captured or held; promo first."""
    row = draft.row
    missing = max(0, cents - row.captured_cents - row.available_cents)
    promo = min(missing, draft.promo_cents)
    cash = min(missing - promo, draft.cash_cents)
    draft.promo_cents -= promo
    draft.cash_cents -= cash
    row.held_promo_cents += promo
    row.held_cash_cents += cash
    return promo, cash


def _within_cap(row: Reading, cents: int) -> int:
    return cents if row.cap_cents is None else min(cents, row.cap_cents)


def _later(first: datetime | None, second: datetime | None) -> datetime | None:
    if first is None or second is None:
        return first or second
    return max(first, second)
