"""What becomes of a reading when something happens to it (money.md §4.3). Pure.

``decide`` is total: every event in every state has an answer, and asking twice changes nothing
the second time.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from live import metering, schedule
from live.facts import SECOND, Decision, Draft, Facts, Rules, known
from live.states import LIVE, Pause, Peer, Reason, State, What

_HANGUPS: Final = {Peer.CLIENT: Reason.HANGUP_CLIENT, Peer.READER: Reason.HANGUP_READER}


def decide(facts: Facts, rules: Rules) -> Decision:
    """The one decision: what ``facts.event`` does to ``facts.row`` at ``facts.at``."""
    draft = Draft(facts, rules, facts.row.copy(), facts.purse.promo_cents, facts.purse.cash_cents)
    if draft.row.state in LIVE:
        _mark_stale_peers(draft)
        if facts.frozen and facts.event.what is What.DUE:
            _stop(draft, Reason.FROZEN)
        else:
            _ANSWERS[facts.event.what](draft)
        if facts.event.what is What.DUE or draft.row != facts.row:
            draft.row.next_due_at = schedule.next_due_at(draft)
    else:
        draft.refused = facts.event.what in (What.ACCEPT, What.DECLINE, What.RAISE_CAP)
    return _conclude(draft)


def _accept(draft: Draft) -> None:
    row, at = draft.row, draft.facts.at
    if row.state != State.REQUESTED:
        return
    if row.deadline_at is None or at >= row.deadline_at or draft.facts.frozen:
        draft.refused = True
        return
    row.state, row.accepted_at = State.CONNECTING, at
    row.deadline_at = at + draft.rules.connect_s * SECOND


def _decline(draft: Draft) -> None:
    if draft.row.state != State.REQUESTED:
        draft.refused = True
        return
    _finish(draft, State.DECLINED)


def _cancel(draft: Draft) -> None:
    if draft.row.state not in (State.REQUESTED, State.CONNECTING):
        draft.refused = True
        return
    _finish(draft, State.CANCELLED)


def _hangup(draft: Draft) -> None:
    peer = known(draft.facts.event.peer)
    if draft.row.state == State.REQUESTED and peer is Peer.READER:
        _finish(draft, State.DECLINED)
    else:
        _count_hangup_as_beat(draft, peer)
        _stop(draft, _HANGUPS[peer])


def _admin_end(draft: Draft) -> None:
    _stop(draft, Reason.ADMIN)


def _freeze(draft: Draft) -> None:
    _stop(draft, Reason.FROZEN)


def _orphan(draft: Draft) -> None:
    _stop(draft, Reason.TIMEOUT)


def _due(draft: Draft) -> None:
    row, at = draft.row, draft.facts.at
    if row.state == State.ACTIVE:
        _settle_active(draft)
    elif row.state == State.CONNECTING and _both_fresh(draft):
        _open(draft)
    elif row.state == State.PAUSED and _can_resume(draft):
        _resume(draft)
    elif row.deadline_at is not None and at >= row.deadline_at:
        _deadline(draft)


def _peer_up(draft: Draft) -> None:
    row = draft.row
    if row.state == State.ACTIVE:
        if metering.gap_of(row, draft.facts.sight) is not None:
            _settle_active(draft)
    elif not _both_fresh(draft):
        return
    elif row.state == State.CONNECTING:
        _open(draft)
    elif row.state == State.PAUSED and _can_go_on(draft):
        _come_back(draft)


def _peer_down(draft: Draft) -> None:
    peer = known(draft.facts.event.peer)
    if peer not in draft.down:
        draft.down.append(peer)
    if draft.row.state == State.ACTIVE:
        _pause_media(draft)


def _spoke(draft: Draft) -> None:
    row = draft.row
    if row.state not in (State.ACTIVE, State.PAUSED):
        return
    if row.state == State.ACTIVE:
        _settle_active(draft)  # a silence that is over still counts as one
    row.reader_spoke_at = draft.facts.at
    if row.state == State.PAUSED and _both_fresh(draft) and _can_go_on(draft):
        _come_back(draft)


def _funds(draft: Draft) -> None:
    row = draft.row
    row.funded_s = metering.funded_s(draft)
    if row.state == State.ACTIVE:
        draft.warning = schedule.warn(draft)
    elif row.state == State.PAUSED and row.pause != Pause.MEDIA:
        if _can_go_on(draft):
            _resume(draft)
        else:
            _name_the_limit(draft)


def _raise_cap(draft: Draft) -> None:
    row, cap = draft.row, draft.facts.event.cap_cents
    if row.cap_cents is None or cap is None or cap < row.cap_cents:
        draft.refused = True
        return
    row.cap_cents = cap
    _funds(draft)


def _checkout(draft: Draft) -> None:
    row = draft.row
    row.checkout_until = draft.facts.event.until
    if row.state == State.PAUSED and row.pause == Pause.FUNDS and row.paused_from is not None:
        later = row.paused_from + draft.rules.checkout_grace_s * SECOND
        if row.deadline_at is None or later > row.deadline_at:
            row.deadline_at = later


def _settle_active(draft: Draft) -> None:
    """Settle an active reading: whole minutes while it runs, the remainder when it stops."""
    row = draft.row
    gap = metering.gap_of(row, draft.facts.sight)
    if gap is not None or not _both_fresh(draft) or _reader_is_silent(draft):
        _pause_media(draft)
        if gap is not None and row.state == State.PAUSED and _both_fresh(draft):
            _come_back(draft)
        return
    until = metering.advance(draft)
    if row.billable_s >= draft.rules.max_s:
        _close(draft, until)
        _finish(draft, State.ENDED, Reason.MAX)
    elif row.billable_s >= row.funded_s:
        _close(draft, until)
        _pause_funds(draft)
    else:
        step = draft.rules.step_s
        metering.capture(
            draft,
            seconds=row.billable_s // step * step,
            cover_s=row.billable_s + draft.rules.quota_s,
        )
        draft.warning = schedule.warn(draft)


def _pause_media(draft: Draft) -> None:
    row, rules = draft.row, draft.rules
    silent = _reader_is_silent(draft)
    _close(draft, metering.advance(draft))
    draft.gap_consumed = True
    if row.billable_s >= rules.max_s:
        _finish(draft, State.ENDED, Reason.MAX)
        return
    row.state, row.pause = State.PAUSED, Pause.MEDIA
    if silent:
        row.reason = Reason.READER_SILENT
        row.deadline_at = draft.facts.at + rules.silence_grace_s * SECOND
    else:
        _blame(draft)
        _grace(draft)


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
        _finish(draft, State.ENDED, Reason.PAUSE_BUDGET)
    else:
        row.deadline_at = draft.facts.at + grace * SECOND


def _pause_funds(draft: Draft) -> None:
    """Money or cap are used up: wait for more, at most three times (R7)."""
    row = draft.row
    why = Pause(metering.binding(draft))
    row.funds_pauses += 1
    if row.funds_pauses > draft.rules.funds_pauses_max:
        _finish(draft, State.ENDED, Reason(why.value))
        return
    row.state, row.pause, row.reason = State.PAUSED, why, why.value
    row.deadline_at = draft.facts.at + _funds_grace(draft)


def _funds_grace(draft: Draft) -> timedelta:
    until = draft.row.checkout_until
    paying = draft.row.pause == Pause.FUNDS and until is not None and until > draft.facts.at
    return (draft.rules.checkout_grace_s if paying else draft.rules.funds_grace_s) * SECOND


def _name_the_limit(draft: Draft) -> None:
    """A raised cap met an empty wallet, or the reverse: say so and give that its own grace."""
    row = draft.row
    why = metering.binding(draft)
    if why != row.pause and why != "max":
        row.pause = row.reason = why
        row.deadline_at = draft.facts.at + _funds_grace(draft)


def _wait_for_peers(draft: Draft) -> None:
    """Money is there again, but a peer is away: that pause has its own deadline and budget."""
    draft.row.pause = Pause.MEDIA
    draft.row.paused_from = draft.facts.at
    _blame(draft)
    _grace(draft)


def _can_go_on(draft: Draft) -> bool:
    """Whether money is left, and no silent chat reader is being waited for."""
    row = draft.row
    row.funded_s = metering.funded_s(draft)
    if row.reason == Reason.READER_SILENT and not _spoke_since_pause(draft):
        return False
    return row.pause == Pause.MEDIA or metering.limit_s(draft) > row.billable_s


def _can_resume(draft: Draft) -> bool:
    """For the sweep: a lost connection needs both here; money needs only to be there."""
    return (draft.row.pause != Pause.MEDIA or _both_fresh(draft)) and _can_go_on(draft)


def _spoke_since_pause(draft: Draft) -> bool:
    row = draft.row
    spoke, paused = row.reader_spoke_at, row.paused_from
    return spoke is not None and paused is not None and spoke > paused


def _resume(draft: Draft) -> None:
    if _both_fresh(draft):
        _come_back(draft)
    else:
        _wait_for_peers(draft)


def _come_back(draft: Draft) -> None:
    """Both are here again: count the pause, then run, or stop for want of money."""
    row = draft.row
    start = _opening(draft)
    if row.pause == Pause.MEDIA and row.reason != Reason.READER_SILENT and row.paused_from:
        away = -((row.paused_from - start) // SECOND)
        row.paused_s += min(max(0, away), draft.rules.grace_s)
    if metering.limit_s(draft) > row.billable_s:
        _open(draft)
    else:
        _pause_funds(draft)


def _open(draft: Draft) -> None:
    """Both are proven connected: the meter runs from the later of the two opening beats."""
    row, start = draft.row, _opening(draft)
    row.client_seen_at, row.reader_seen_at = metering.seen(row, draft.facts.sight)
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


def _opening(draft: Draft) -> datetime:
    return max(known(draft.facts.sight.client_at), known(draft.facts.sight.reader_at))


def _deadline(draft: Draft) -> None:
    row = draft.row
    if row.state == State.REQUESTED:
        _finish(draft, State.MISSED)
    elif row.state == State.CONNECTING:
        _finish(draft, State.NO_CONNECT)
    elif row.pause == Pause.MEDIA:
        spent = row.paused_s + draft.rules.grace_s >= draft.rules.pause_budget_s
        budget = spent and row.reason != Reason.READER_SILENT
        _finish(draft, State.ENDED, Reason.PAUSE_BUDGET if budget else Reason.TIMEOUT)
    else:
        _finish(draft, State.ENDED, Reason(row.pause))


def _stop(draft: Draft, reason: Reason) -> None:
    """End whatever runs: before the meter started it is a cancellation."""
    row = draft.row
    if row.state in (State.REQUESTED, State.CONNECTING):
        _finish(draft, State.CANCELLED, reason)
        return
    if row.state == State.ACTIVE:
        _close(draft, metering.advance(draft))
    _finish(draft, State.ENDED, reason)


def _close(draft: Draft, until: datetime) -> None:
    """The meter stops: post the remainder and keep the stretch."""
    row = draft.row
    metering.capture(draft, seconds=row.billable_s, cover_s=row.billable_s)
    metering.close_stretch(draft, until)


def _finish(draft: Draft, state: State, reason: Reason | None = None) -> None:
    row = draft.row
    if state == State.NO_CONNECT:
        here = [peer for peer in Peer if metering.fresh(draft, peer)]
        draft.missing = ",".join(peer.value for peer in Peer if peer not in here)
    # All was posted by now, unless a quarantine stopped the meter without a settle.
    metering.capture(draft, seconds=row.billable_s, cover_s=row.billable_s)
    metering.release(draft)
    metering.pay_free_time(draft)
    row.state, row.pause, row.reason = state, "", reason or ""
    row.deadline_at, row.ended_at = None, draft.facts.at
    draft.warning = None


def _count_hangup_as_beat(draft: Draft, peer: Peer) -> None:
    """A hangup proves its peer present, unless it comes out of a long silence."""
    facts = draft.facts
    if not metering.fresh(draft, peer):
        return
    beat = max(facts.at, facts.sight.of(peer) or facts.at)
    if peer is Peer.CLIENT:
        sight = facts.sight._replace(client_at=beat)
    else:
        sight = facts.sight._replace(reader_at=beat)
    draft.facts = Facts(facts.row, facts.event, sight, facts.purse, facts.at, facts.frozen)


def _reader_is_silent(draft: Draft) -> bool:
    silent = metering.silent_at(draft)
    return silent is not None and draft.facts.at >= silent


def _both_fresh(draft: Draft) -> bool:
    return metering.fresh(draft, Peer.CLIENT) and metering.fresh(draft, Peer.READER)


def _mark_stale_peers(draft: Draft) -> None:
    for peer in Peer:
        sight = draft.facts.sight
        known = sight.of(peer) is not None and not sight.is_down(peer)
        if known and not metering.fresh(draft, peer):
            draft.down.append(peer)


def _conclude(draft: Draft) -> Decision:
    before, after = draft.facts.row, draft.row
    if draft.refused:
        return Decision(before, before, draft.facts.event, refused=True)
    moved = (
        after.state != before.state
        or after.pause != before.pause
        or after.reason != before.reason
        or after.deadline_at != before.deadline_at
        or after.segment_opened_at != before.segment_opened_at
    )
    metered = after.funded_s != before.funded_s or after.cap_cents != before.cap_cents
    if moved or metered or draft.unbilled_s:
        after.version += 1
    after.unbilled_s += draft.unbilled_s
    return Decision(
        before=before,
        after=after,
        event=draft.facts.event,
        changed=draft.facts.event.what is What.DUE or after != before,
        moved=moved,
        money=draft.money,
        stretches=draft.stretches,
        warning=draft.warning,
        down=draft.down,
        gap_consumed=draft.gap_consumed and draft.facts.sight.gap_from is not None,
        unbilled_s=draft.unbilled_s,
        opened=draft.opened,
        spendable_cents=draft.promo_cents + draft.cash_cents,
        missing=draft.missing,
    )


_ANSWERS: Final[dict[What, Callable[[Draft], None]]] = {
    What.ACCEPT: _accept,
    What.DECLINE: _decline,
    What.CANCEL: _cancel,
    What.DUE: _due,
    What.PEER_UP: _peer_up,
    What.PEER_DOWN: _peer_down,
    What.SPOKE: _spoke,
    What.FUNDS: _funds,
    What.RAISE_CAP: _raise_cap,
    What.CHECKOUT: _checkout,
    What.HANGUP: _hangup,
    What.ADMIN_END: _admin_end,
    What.FROZEN: _freeze,
    What.ORPHAN: _orphan,
}
