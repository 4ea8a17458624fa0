"""What becomes of a reading when something happens to it (money.md §4.3). Pure.

``decide`` is total: every event in every state has an answer, and asking twice changes nothing
the second time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from live import metering, moves, schedule
from live.facts import SECOND, Decision, Draft, Facts, Rules, known
from live.states import LIVE, PEERS, Pause, Peer, Reason, State, What

# A frozen owner's reading ends at the first of these, so that nothing can wake it meanwhile.
_ENDS_FROZEN: Final = frozenset({What.DUE, What.FUNDS, What.PEER_UP, What.RAISE_CAP, What.CHECKOUT})
_HANGUPS: Final = {Peer.CLIENT: Reason.HANGUP_CLIENT, Peer.READER: Reason.HANGUP_READER}


def decide(facts: Facts, rules: Rules) -> Decision:
    """The one decision: what ``facts.event`` does to ``facts.row`` at ``facts.at``."""
    draft = Draft(facts, rules, facts.row.copy(), facts.purse.promo_cents, facts.purse.cash_cents)
    if draft.row.state in LIVE:
        _mark_stale_peers(draft)
        if facts.frozen and facts.event.what in _ENDS_FROZEN:
            moves.stop(draft, Reason.FROZEN)
        else:
            _ANSWERS[facts.event.what](draft)
        if facts.event.what is What.DUE or draft.row != facts.row:
            draft.row.next_due_at = schedule.next_due_at(draft)
    else:
        draft.refused = facts.event.what in (What.ACCEPT, What.RAISE_CAP)
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
    moves.finish(draft, State.DECLINED)


def _cancel(draft: Draft) -> None:
    if draft.row.state not in (State.REQUESTED, State.CONNECTING):
        draft.refused = True
        return
    moves.finish(draft, State.CANCELLED)


def _hangup(draft: Draft) -> None:
    peer = known(draft.facts.event.peer)
    if draft.row.state == State.REQUESTED and peer is Peer.READER:
        moves.finish(draft, State.DECLINED)
    else:
        _count_hangup_as_beat(draft, peer)
        moves.stop(draft, _HANGUPS[peer])


def _admin_end(draft: Draft) -> None:
    moves.stop(draft, Reason.ADMIN)


def _freeze(draft: Draft) -> None:
    moves.stop(draft, Reason.FROZEN)


def _orphan(draft: Draft) -> None:
    moves.stop(draft, Reason.TIMEOUT)


def _due(draft: Draft) -> None:
    row, at = draft.row, draft.facts.at
    if row.state == State.ACTIVE:
        _settle_active(draft)
    elif row.state == State.CONNECTING and moves.both_fresh(draft):
        moves.start(draft)
    elif row.state == State.PAUSED and _can_resume(draft):
        _resume(draft)
    elif row.deadline_at is not None and at >= row.deadline_at:
        moves.give_up(draft)


def _peer_up(draft: Draft) -> None:
    row = draft.row
    if row.state == State.ACTIVE:
        if metering.gap_of(row, draft.facts.sight) is not None:
            _settle_active(draft)
    elif not moves.both_fresh(draft):
        return
    elif row.state == State.CONNECTING:
        moves.start(draft)
    elif row.state == State.PAUSED and _can_go_on(draft):
        moves.come_back(draft)


def _peer_down(draft: Draft) -> None:
    peer = known(draft.facts.event.peer)
    if peer not in draft.down:
        draft.down.append(peer)
    if draft.row.state == State.ACTIVE:
        moves.pause_media(draft)


def _spoke(draft: Draft) -> None:
    row = draft.row
    if row.state not in (State.ACTIVE, State.PAUSED):
        return
    if row.state == State.ACTIVE:
        _settle_active(draft)  # a silence that is over still counts as one
    row.reader_spoke_at = draft.facts.at
    if row.state != State.PAUSED or not _can_go_on(draft):
        return
    if moves.both_fresh(draft):
        moves.come_back(draft)
    elif row.reason == Reason.READER_SILENT:
        moves.wait_for_peers(draft)  # now it is a lost line, with its own grace and budget


def _funds(draft: Draft) -> None:
    row = draft.row
    row.funded_s = metering.funded_s(draft)
    if row.state == State.ACTIVE:
        draft.warning = schedule.warn(draft)
    elif row.state == State.PAUSED and row.pause != Pause.MEDIA:
        if _can_go_on(draft):
            _resume(draft)
        else:
            moves.name_the_limit(draft)


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
    if gap is not None or not moves.both_fresh(draft) or moves.reader_is_silent(draft):
        moves.pause_media(draft)
        if gap is not None and row.state == State.PAUSED and moves.both_fresh(draft):
            moves.come_back(draft)
        return
    until = metering.advance(draft)
    if row.billable_s >= draft.rules.max_s:
        moves.close(draft, until)
        moves.finish(draft, State.ENDED, Reason.MAX)
    elif row.billable_s >= row.funded_s:
        moves.close(draft, until)
        moves.pause_funds(draft)
    else:
        metering.cover(draft)
        step = draft.rules.step_s
        metering.capture(
            draft,
            seconds=row.billable_s // step * step,
            cover_s=row.billable_s + draft.rules.quota_s,
        )
        draft.warning = schedule.warn(draft)


def _can_go_on(draft: Draft) -> bool:
    """Whether money is left, and no silent chat reader is being waited for."""
    row = draft.row
    row.funded_s = metering.funded_s(draft)
    if row.reason == Reason.READER_SILENT and not _spoke_since_pause(draft):
        return False
    return row.pause == Pause.MEDIA or metering.limit_s(draft) > row.billable_s


def _can_resume(draft: Draft) -> bool:
    """For the sweep: a lost connection needs both here; money needs only to be there."""
    return (draft.row.pause != Pause.MEDIA or moves.both_fresh(draft)) and _can_go_on(draft)


def _spoke_since_pause(draft: Draft) -> bool:
    row = draft.row
    spoke, paused = row.reader_spoke_at, row.paused_from
    return spoke is not None and paused is not None and spoke > paused


def _resume(draft: Draft) -> None:
    if moves.both_fresh(draft):
        moves.come_back(draft)
    else:
        moves.wait_for_peers(draft)


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


def _mark_stale_peers(draft: Draft) -> None:
    sight = draft.facts.sight
    for peer in PEERS:
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
        or after.segments != before.segments
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
        # While the meter runs on, a silence is not settled: marked down, its gap would be lost.
        down=[] if after.state == State.ACTIVE else draft.down,
        gap_consumed=draft.gap_consumed and draft.facts.sight.gap_from is not None,
        unbilled_s=draft.unbilled_s,
        opened=draft.opened,
        spendable_cents=(draft.promo_cents + draft.cash_cents + draft.facts.purse.kept_back_cents),
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
