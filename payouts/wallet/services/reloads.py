"""Auto-reload: off by default, asked for in so many words, one attempt for each trigger.

Whatever draws on a wallet calls ``look_at`` in its own transaction, which writes a due row. A
job claims the row with a top-up, commits, asks the card, and finishes by what the top-up became.
A worker that dies in between is found by the sweep, which looks the payment up.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog
from django.db import transaction

from backend.accounts import exclusions, features
from backend.accounts.models import User
from backend.core import sweeps
from backend.core.among import among
from backend.core.errors import DomainError, NotFound
from backend.core.jobs import enqueue
from backend.ledger import selectors as ledger
from backend.notifications.services import notify
from payouts.errors import ChargerRefused, ChargerUnreachable
from payouts.models import AutoReload, Reload, SavedCard, TopUp
from payouts.services import card_charges, convergence, topups
from payouts.states import TopUpStatus
from payouts.wallet import words
from payouts.wallet.errors import ConsentNeeded, ReloadNotPossible

log = structlog.get_logger(__name__)
DAY: Final = timedelta(hours=24)
REST: Final = timedelta(hours=1)  # after a cap or limit stood in the way
LOST_AFTER: Final = timedelta(minutes=2)  # longer than a call with all its retries
FAILURES_MAX: Final = 2
BATCH: Final = 100
_S = Reload.State


@dataclass(frozen=True)
class Wish:
    """What a client asks for, in cents: add ``amount`` below ``below``, at most ``cap`` a day."""

    amount_cents: int
    below_cents: int
    daily_cap_cents: int
    card_id: UUID


@transaction.atomic
def switch_on(*, client: User, wish: Wish, consents: bool, at: datetime) -> AutoReload:
    """Let the wallet fill itself up, from the next time that it falls below.

    :raises ConsentNeeded: the client did not agree to be charged without being asked.
    :raises FeatureOff: staff have paused it.
    :raises SelfExcluded: they asked not to be let spend.
    :raises ReloadNotPossible: the numbers do not fit together.
    :raises AmountOutOfBounds: not within the limits of one top-up.
    :raises NotFound: there is no such card of this client.
    """
    if not consents:
        raise ConsentNeeded
    features.demand("auto_reload", client)
    exclusions.refuse(client.pk, at=at)
    topups.check_amount(wish.amount_cents)
    if not 0 < wish.below_cents <= wish.amount_cents <= wish.daily_cap_cents:
        raise ReloadNotPossible(
            "The trigger is at most the amount, and the amount at most the daily cap."
        )
    card = SavedCard.objects.filter(client=client, pk=wish.card_id, removed_at=None).first()
    if card is None:
        raise NotFound("There is no such card.")
    agreed = words.RELOAD_CONSENT.format(
        below=words.money(wish.below_cents),
        card=card.label,
        amount=words.money(wish.amount_cents),
        cap=words.money(wish.daily_cap_cents),
    )
    reload, _ = AutoReload.objects.update_or_create(
        client=client,
        defaults={
            "is_on": True,
            "amount_cents": wish.amount_cents,
            "below_cents": wish.below_cents,
            "daily_cap_cents": wish.daily_cap_cents,
            "card": card,
            "consent": agreed,
            "consented_at": at,
            "armed_from": at,
            "failures": 0,
            "off_because": "",
        },
    )
    return reload


@transaction.atomic
def switch_off(*, client_id: UUID, because: str = "") -> None:
    """Charge nothing by itself any more. What is being asked of a bank already is finished."""
    AutoReload.objects.filter(client=client_id, is_on=True).update(is_on=False, off_because=because)


def look_at(*, client_ids: Collection[UUID], at: datetime) -> int:
    """Write a due row for each of these wallets that has fallen below its trigger; how many.

    In the transaction of whatever drew on them, whose locks make the balances hold.
    """
    on = AutoReload.objects.filter(is_on=True, armed_from__lte=at)
    armed = on.filter(client__in=among(client_ids))
    below = dict(armed.values_list("client_id", "below_cents"))
    if not below:
        return 0
    left = ledger.spendable_of(below)
    low = [client_id for client_id, cents in below.items() if left.get(client_id, 0) < cents]
    if not low:
        return 0
    AutoReload.objects.filter(client__in=low).update(armed_from=None)
    due = [Reload(client_id=client_id, triggered_at=at) for client_id in low]
    Reload.objects.bulk_create(due, ignore_conflicts=True)
    enqueue("payouts.tasks.reload_wallets")
    return len(low)


def arm(*, client_id: UUID, at: datetime) -> None:
    """Money came in: if it lifted the wallet above the trigger, the next fall counts again."""
    tired = AutoReload.objects.filter(client=client_id, is_on=True, armed_from=None).first()
    if tired and ledger.spendable_of([client_id]).get(client_id, 0) >= tired.below_cents:
        AutoReload.objects.filter(pk=tired.pk).update(armed_from=at)


def charge_due(*, at: datetime) -> int:
    """Charge what is due, and finish what a worker left behind; how many were looked at."""
    due = Reload.objects.filter(state=_S.DUE)
    lost = Reload.objects.filter(state=_S.CHARGING, charged_at__lte=at - LOST_AFTER)
    waiting = list(due.order_by("triggered_at").values_list("pk", flat=True)[:BATCH])
    sweeps.each(waiting, lambda pk: charge(reload_id=pk, at=at), job="charge reloads")
    left_behind = list(lost.order_by("charged_at").values_list("pk", flat=True)[:BATCH])
    sweeps.each(left_behind, lambda pk: look_up(reload_id=pk, at=at), job="look up reloads")
    return len(left_behind)


def charge(*, reload_id: UUID, at: datetime) -> None:
    """One attempt: claim the row with a top-up, ask the card, and finish by the answer.

    An unknown outcome is left as it is; ``look_up`` asks what became of it.
    """
    top_up = _claim(reload_id, at)
    if top_up is None:
        return
    try:
        card_charges.make(top_up, engine_key=f"autorecharge:{reload_id}", at=at)
    except ChargerUnreachable:
        log.warning("reload_unknown", reload_id=str(reload_id))
        return
    except ChargerRefused as refused:
        log.warning("reload_refused", reload_id=str(reload_id), why=refused.detail)
    finish(reload_id=reload_id, at=at)


def look_up(*, reload_id: UUID, at: datetime) -> None:
    """Ask Stripe what became of a reload whose answer was lost; without a payment it is over.

    Where Stripe does not answer, the next sweep asks again.
    """
    top_up = TopUp.objects.get(reload=reload_id)
    try:
        found = convergence.converge_top_up(top_up_id=top_up.pk, at=at)
    except (ChargerUnreachable, ChargerRefused) as failure:
        log.warning("reload_not_answered", reload_id=str(reload_id), why=failure.detail)
        return
    if found.status == TopUpStatus.CREATED:
        convergence.give_up(top_up_id=top_up.pk, at=at)
    finish(reload_id=reload_id, at=at)


@transaction.atomic
def finish(*, reload_id: UUID, at: datetime) -> None:
    """Bring a reload to what its top-up became, tell the client, and arm the next, or not."""
    reload = Reload.objects.select_for_update().get(pk=reload_id)
    top_up = reload.top_up
    if reload.state != _S.CHARGING or top_up is None:
        return
    if top_up.status == TopUpStatus.SUCCEEDED:
        _end(reload, _S.DONE, at)
        AutoReload.objects.filter(pk=reload.client_id).update(failures=0, armed_from=at)
    elif top_up.status == TopUpStatus.REQUIRES_ACTION or _wants_bank(top_up):
        _end(reload, _S.NEEDS_BANK, at, words.BANK_ASKS)
        switch_off(client_id=reload.client_id, because=words.BANK_ASKS)
        _tell_bank_asks(top_up, at)
    elif top_up.status == TopUpStatus.FAILED:
        _end(reload, _S.REFUSED, at, top_up.failure_text)
        _count_failure(reload, top_up, at)
    elif top_up.is_final:
        _end(reload, _S.SKIPPED, at, top_up.get_status_display())
        AutoReload.objects.filter(pk=reload.client_id).update(armed_from=at)


@transaction.atomic
def _claim(reload_id: UUID, at: datetime) -> TopUp | None:
    """Make the top-up of a due reload, or skip it; None when there is nothing to ask a card for."""
    waiting = Reload.objects.select_for_update(skip_locked=True).filter(state=_S.DUE)
    reload = waiting.filter(pk=reload_id).first()
    if reload is None:
        return None
    wish = AutoReload.objects.select_related("client", "card").get(pk=reload.client_id)
    why = _why_not(wish, at)
    if why:
        _skip(reload, why, at)
        return None
    try:
        with transaction.atomic():
            top_up = topups.begin(
                client=wish.client,
                key=f"autorecharge:{reload.pk}",
                amount_cents=wish.amount_cents,
                at=at,
                card=wish.card,
                is_automatic=True,
            )
    except DomainError as refused:
        _skip(reload, refused.detail, at)
        return None
    reload.state, reload.top_up, reload.charged_at = _S.CHARGING, top_up, at
    reload.save(update_fields=["state", "top_up", "charged_at"])
    return top_up


def _why_not(wish: AutoReload, at: datetime) -> str:
    """Why nothing may be charged now; empty when it may."""
    if not wish.is_on:
        return "It was switched off meanwhile."
    if wish.client.under_review_since:
        return "Our team is looking at your account."
    if wish.card.removed_at or (wish.card.exp_year, wish.card.exp_month) < (at.year, at.month):
        return "The card is gone or has expired."
    left = ledger.spendable_of([wish.client_id]).get(wish.client_id, 0)
    if left >= wish.below_cents:
        return "There was enough again."
    by_itself = TopUp.objects.filter(client=wish.client, is_automatic=True)
    added = topups.added_cents(by_itself, since=at - DAY, at=at)
    if added + wish.amount_cents > wish.daily_cap_cents:
        return f"Your daily cap of {words.money(wish.daily_cap_cents)} is reached."
    return ""


def _skip(reload: Reload, why: str, at: datetime) -> None:
    _end(reload, _S.SKIPPED, at, why)
    AutoReload.objects.filter(pk=reload.client_id).update(armed_from=at + REST)


def _end(reload: Reload, state: Reload.State, at: datetime, why: str = "") -> None:
    reload.state, reload.finished_at, reload.why = state, at, why[:200]
    reload.save(update_fields=["state", "finished_at", "why"])
    log.info("reload_over", reload_id=str(reload.pk), state=state.value, why=why)


def _wants_bank(top_up: TopUp) -> bool:
    return top_up.status == TopUpStatus.FAILED and top_up.failure_code == "authentication_required"


def _count_failure(reload: Reload, top_up: TopUp, at: datetime) -> None:
    """Two refusals in a row switch it off (case 11)."""
    wish = AutoReload.objects.select_for_update().get(pk=reload.client_id)
    wish.failures += 1
    if wish.failures >= FAILURES_MAX:
        wish.is_on, wish.off_because = False, words.REFUSED_TWICE
    wish.save(update_fields=["failures", "is_on", "off_because"])
    next_time = (
        "We try once more the next time your balance falls."
        if wish.is_on
        else "Auto-reload is off now. You can turn it on again in your wallet."
    )
    body = f"{top_up.failure_text} {next_time}"
    _tell(top_up, f"{words.money(top_up.amount_cents)} was not added", body, at)


def _tell_bank_asks(top_up: TopUp, at: datetime) -> None:
    body = (
        "Nothing was charged, and auto-reload is off now. "
        f"Add {words.money(top_up.amount_cents)} yourself to go on."
    )
    _tell(top_up, "Your bank wants to ask you first", body, at)


def _tell(top_up: TopUp, title: str, body: str, at: datetime) -> None:
    url = "/wallet/cards/"
    notify(user_id=top_up.client_id, kind="wallet", title=title, body=body, url=url, at=at)
