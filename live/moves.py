"""How a reading opens, pauses, comes back and ends, once it is known that it must. Pure.

Works on a ``Draft``; ``decisions`` says when. Money moves through ``metering`` only.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from live import metering
from live.facts import SECOND, Draft, known
from live.states import PEERS, Pause, Peer, Reason, State, What


def start(draft: Draft) -> None:
    """Both are proven connected: the meter runs from the later of the two opening beats."""
    row, start = draft.row, _opening(draft)
    row.client_seen_at, row.reader_seen_at = metering.seen(row, draft.facts.sight)
    row.reader_spoke_at = _spoke_as_if(draft, start)
    row.state, row.pause, row.reason = State.ACTIVE, "", ""
    row.segment_start = row.segment_opened_at = start
    row.segment_opened_s = row.billable_s
    row.paused_from = row.deadline_at = None
    draft.gap_consumed = True
    if row.started_at is None:
        row.started_at = start
        draft.opened = True
    metering.hold(draft)
    row.funded_s = metering.funded_s(draft)


def close(draft: Draft, until: datetime) -> None:
    """The meter stops: post the remainder and keep the stretch."""
    row = draft.row
    metering.capture(draft, seconds=row.billable_s, cover_s=row.billable_s)
    metering.close_stretch(draft, until)


def pause_media(draft: Draft) -> None:
    row, rules = draft.row, draft.rules
    silent = reader_is_silent(draft)
    close(draft, metering.advance(draft))
    draft.gap_consumed = True
    if row.billable_s >= rules.max_s:
        finish(draft, State.ENDED, Reason.MAX)
        return
    row.state, row.pause = State.PAUSED, Pause.MEDIA
    if silent:
        row.reason = Reason.READER_SILENT
        row.deadline_at = draft.facts.at + rules.silence_grace_s * SECOND
    else:
        _blame(draft)
        _grace(draft)


def pause_funds(draft: Draft) -> None:
    """Money or cap are used up: wait for more, at most three times (R7)."""
    row = draft.row
    why = Pause(metering.binding(draft))
    row.funds_pauses += 1
    if row.funds_pauses > draft.rules.funds_pauses_max:
        finish(draft, State.ENDED, Reason(why.value))
        return
    row.state, row.pause, row.reason = State.PAUSED, why, why.value
    row.deadline_at = draft.facts.at + _funds_grace(draft)


def name_the_limit(draft: Draft) -> None:
    """A raised cap met an empty wallet, or the reverse: say so and give that its own grace."""
    row = draft.row
    why = metering.binding(draft)
    if why != row.pause and why != "max":
        row.pause = row.reason = why
        row.deadline_at = draft.facts.at + _funds_grace(draft)


def wait_for_peers(draft: Draft) -> None:
    """Money is there again, but a peer is away: that pause has its own deadline and budget."""
    draft.row.pause = Pause.MEDIA
    draft.row.paused_from = draft.facts.at
    _blame(draft)
    _grace(draft)


def come_back(draft: Draft) -> None:
    """Both are here again: count the pause, then run, or stop for want of money."""
    row = draft.row
    opening = _opening(draft)
    if row.pause == Pause.MEDIA and row.reason != Reason.READER_SILENT and row.paused_from:
        away = -((row.paused_from - opening) // SECOND)
        row.paused_s += min(max(0, away), draft.rules.grace_s)
    if metering.limit_s(draft) > row.billable_s:
        start(draft)
    else:
        pause_funds(draft)


def give_up(draft: Draft) -> None:
    row = draft.row
    if row.state == State.REQUESTED:
        finish(draft, State.MISSED)
    elif row.state == State.CONNECTING:
        finish(draft, State.NO_CONNECT)
    elif row.pause == Pause.MEDIA:
        spent = row.paused_s + draft.rules.grace_s >= draft.rules.pause_budget_s
        budget = spent and row.reason != Reason.READER_SILENT
        finish(draft, State.ENDED, Reason.PAUSE_BUDGET if budget else Reason.TIMEOUT)
    else:
        finish(draft, State.ENDED, Reason(row.pause))


def stop(draft: Draft, reason: Reason) -> None:
    """End whatever runs: before the meter started it is a cancellation."""
    row = draft.row
    if row.state in (State.REQUESTED, State.CONNECTING):
        finish(draft, State.CANCELLED, reason)
        return
    if row.state == State.ACTIVE:
        close(draft, metering.advance(draft))
    finish(draft, State.ENDED, reason)


def finish(draft: Draft, state: State, reason: Reason | None = None) -> None:
    row = draft.row
    if state == State.NO_CONNECT:
        here = [peer for peer in PEERS if metering.fresh(draft, peer)]
        draft.missing = ",".join(peer.value for peer in PEERS if peer not in here)
    # All was posted by now, unless a quarantine stopped the meter without a settle.
    metering.capture(draft, seconds=row.billable_s, cover_s=row.billable_s)
    metering.release(draft)
    metering.pay_free_time(draft)
    row.state, row.pause, row.reason = state, "", reason or ""
    row.deadline_at, row.ended_at = None, draft.facts.at
    draft.warning = None


def both_fresh(draft: Draft) -> bool:
    return metering.fresh(draft, Peer.CLIENT) and metering.fresh(draft, Peer.READER)


def reader_is_silent(draft: Draft) -> bool:
    silent = metering.silent_at(draft)
    return silent is not None and draft.facts.at >= silent


def _blame(draft: Draft) -> None:
    """Name who is away and count it: a pattern of drops is evidence (R15)."""
    row, facts = draft.row, draft.facts
    gap = metering.gap_of(facts.row, facts.sight)
    client_away = not metering.fresh(draft, Peer.CLIENT)
    reader_away = not metering.fresh(draft, Peer.READER)
    if gap is not None and not (client_away or reader_away):
        # Both are back already; the one with the younger stamp is the one that came back.
        stamps = facts.sight.client_at, facts.sight.reader_at
        client_away = stamps[0] is not None and stamps[1] is not None and stamps[0] >= stamps[1]
        reader_away = not client_away
    row.client_drops += client_away
    row.reader_drops += reader_away
    if client_away and reader_away:
        row.reason = Reason.BOTH_AWAY
    else:
        row.reason = Reason.CLIENT_AWAY if client_away else Reason.READER_AWAY


def _grace(draft: Draft) -> None:
    """Start the clock of a lost connection, or end when the budget is used up (R8)."""
    row, rules = draft.row, draft.rules
    grace = min(rules.grace_s, rules.pause_budget_s - row.paused_s)
    if grace <= 0:
        finish(draft, State.ENDED, Reason.PAUSE_BUDGET)
    else:
        row.deadline_at = draft.facts.at + grace * SECOND


def _funds_grace(draft: Draft) -> timedelta:
    until = draft.row.checkout_until
    paying = draft.row.pause == Pause.FUNDS and until is not None and until > draft.facts.at
    return (draft.rules.checkout_grace_s if paying else draft.rules.funds_grace_s) * SECOND


def _opening(draft: Draft) -> datetime:
    """The later of the two opening beats. When something else than a beat opens a reading that
    stood, nothing before that instant counts: until then both pages were mute (R15).
    """
    facts = draft.facts
    beats = max(known(facts.sight.client_at), known(facts.sight.reader_at))
    by_a_beat = facts.event.what is What.PEER_UP or facts.row.state == State.ACTIVE
    return beats if by_a_beat else max(beats, facts.at)


def _spoke_as_if(draft: Draft, start: datetime) -> datetime:
    """Since when the reader's silence counts: a pause neither adds to it nor ends it (R16)."""
    spoke, paused = draft.row.reader_spoke_at, draft.row.paused_from
    if spoke is None or paused is None or spoke >= paused:
        return start
    return start - (paused - spoke)
