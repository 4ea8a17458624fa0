"""What must hold once it is quiet (money.md §3.3), read from the product's own rows, from the
stand-in's balance, and from what the day's people know."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import httpx

from backend.accounts.models import User
from backend.core import clock
from backend.inbox.models import ExternalEvent
from backend.ledger import audit, snapshots
from backend.ledger import selectors as ledger
from backend.ledger.models import Pot, PotKind
from live.models import ChatMessage, Gift, ReadingSession
from live.states import LIVE, State
from payouts.models import ConnectAccount, Payout, PayoutRun, ReconIssue, TopUp, WithdrawalPart
from payouts.payout_states import UNDER_WAY, PayoutState, RunState
from readers.models import ReaderProfile
from tests.worst_day.day import Day
from tests.worst_day.model import price

Broken = tuple[str, str, tuple[str, ...]]
Check = Callable[[Day], Iterator[Broken]]
_SETTLED: Final = (WithdrawalPart.State.CONFIRMED, WithdrawalPart.State.FAILED)
EXPENSES: Final = (
    *(PotKind.STRIPE_FEES, PotKind.DISPUTE_FEES, PotKind.PROMO_EXPENSE),
    *(PotKind.GOODWILL, PotKind.BAD_DEBT, PotKind.REFUNDS_CONTRA),
)
CHECKS: Final[dict[str, Check]] = {}


def check(words: str) -> Callable[[Check], Check]:
    """Register one invariant under the words of the report."""

    def register(made: Check) -> Check:
        CHECKS[words] = made
        return made

    return register


def broken(day: Day) -> list[Broken]:
    """Every invariant that does not hold: its words, what was found, and the names concerned."""
    found = []
    for words, made in CHECKS.items():
        found += [(words, what, names) for _, what, names in made(day)]
    return found


def what_waits() -> list[str]:
    """What the product still has to do by itself."""
    waiting = {
        "webhooks to work": ExternalEvent.objects.filter(state="waiting").count(),
        "readings that run": ReadingSession.objects.filter(state__in=LIVE).count(),
        "payouts under way": Payout.objects.filter(state__in=UNDER_WAY).count(),
        "runs of payouts": PayoutRun.objects.exclude(state=RunState.DONE).count(),
        "refunds to cards": WithdrawalPart.objects.exclude(state__in=_SETTLED).count(),
        "money expected of Stripe": abs(snapshots.balances()[PotKind.STRIPE_CLEARING]),
    }
    return [f"{count} {name}" for name, count in waiting.items() if count]


@check("every proof of the ledger")
def _proofs(day: Day) -> Iterator[Broken]:
    for finding in audit.proofs(clock.now()):
        yield "", str(finding), tuple(part for part in str(finding).split() if len(part) == 36)


@check("the platform owes no more than its fees and losses explain")
def _solvent(day: Day) -> Iterator[Broken]:
    platform = snapshots.balances()
    spent = -sum(platform[kind] for kind in EXPENSES)
    for alert in audit.alerts(clock.now()):
        owed, there = (int(word) for word in alert.what.replace(",", "").split() if word.isdigit())
        if owed - there > spent:
            yield "", f"{alert}; fees, goodwill and losses come to {spent}", ()


@check("the ledger is the stand-in's balance, to the cent")
def _balance(day: Day) -> Iterator[Broken]:
    platform = snapshots.balances()
    key = day.product.environment["STRIPE_SECRET_KEY"]
    said = httpx.get(
        f"{day.product.stripe_url}/v1/balance",
        headers={"Authorization": f"Bearer {key}"},
        timeout=30,
        trust_env=False,
    ).json()
    theirs = sum(part["amount"] for side in ("available", "pending") for part in said[side])
    ours = -platform[PotKind.STRIPE_BALANCE]
    if theirs != ours:
        yield "", f"the stand-in holds {theirs} cents, the ledger says {ours}", ()


@check("what was expected of Stripe has come, by every name")
def _clearing(day: Day) -> Iterator[Broken]:
    platform = snapshots.balances()
    for kind in (PotKind.STRIPE_CLEARING, PotKind.SUSPENSE, PotKind.DISPUTE_RECEIVABLE):
        if platform.get(kind, 0):
            yield "", f"{kind} holds {platform[kind]} cents", ()


@check("reconciliation found nothing to disagree about")
def _issues(day: Day) -> Iterator[Broken]:
    for issue in ReconIssue.objects.filter(resolved_at=None):
        yield "", f"{issue.kind} {issue.external_id}: {issue.text}", (issue.external_id,)


@check("no reading is stuck, and none holds money")
def _readings(day: Day) -> Iterator[Broken]:
    for row in ReadingSession.objects.filter(state__in=LIVE):
        yield "", f"{row.pk} is {row.state} {row.pause} since {row.touched_at}", (str(row.pk),)
    for pot in Pot.objects.filter(kind=PotKind.CLIENT_RESERVED):
        if pot.credits_cents != pot.debits_cents:
            held = pot.credits_cents - pot.debits_cents
            yield "", f"{held} cents are held of {pot.owner_id}", (str(pot.owner_id),)


@check("no reader is stuck busy")
def _busy(day: Day) -> Iterator[Broken]:
    for profile in ReaderProfile.objects.exclude(busy_session_id=None):
        names = (str(profile.pk), str(profile.busy_session_id))
        yield "", f"{profile.pk} is busy with {profile.busy_session_id}", names


@check("no webhook waits or died")
def _events(day: Day) -> Iterator[Broken]:
    for event in ExternalEvent.objects.filter(state__in=["waiting", "dead"]):
        yield (
            "",
            f"{event.type} {event.object_id} is {event.state}: {event.note}",
            (event.object_id,),
        )


@check("every reading costs the price of its seconds, and the reader has their share")
def _prices(day: Day) -> Iterator[Broken]:
    for row in ReadingSession.objects.filter(state=State.ENDED):
        cost = price(seconds=row.billable_s, rate_cents=row.rate_per_minute_cents)
        share = cost * row.split_bps // 10_000
        if (row.captured_cents, row.reader_total_cents) != (cost, share):
            what = (
                f"{row.pk}: {row.billable_s} s cost {row.captured_cents}/{row.reader_total_cents}"
            )
            yield "", f"{what}, the model says {cost}/{share}", (str(row.pk),)


@check("every wallet holds what its client paid and did not spend")
def _wallets(day: Day) -> Iterator[Broken]:
    for client_id, book in day.books.items():
        taken = ReadingSession.objects.filter(client_id=client_id)
        spent = sum(row.captured_cents for row in taken)
        back = sum(row.refunded_cents for row in taken)
        failed = WithdrawalPart.objects.filter(
            withdrawal__client_id=client_id, state=WithdrawalPart.State.FAILED
        )
        owns = book.owns_cents(spent, back) + sum(part.cents for part in failed)
        wallet = ledger.balance_of(User.objects.get(pk=client_id).pk)
        has = wallet.cash_cents + wallet.promo_cents + wallet.held_cents - wallet.debt_cents
        if has != owns:
            name = User.objects.get(pk=client_id).display_name
            yield "", f"{name} has {has} cents, their acts come to {owns}", (client_id, name)


@check("every payment was credited once")
def _credited(day: Day) -> Iterator[Broken]:
    for client_id, book in day.books.items():
        rows = TopUp.objects.filter(client_id=client_id, status="succeeded")
        ours = {str(row.payment_intent_id): row.amount_cents for row in rows}
        if ours != book.paid:
            differ = sorted(set(ours.items()) ^ set(book.paid.items()))
            yield "", f"{client_id} paid otherwise than we have it: {differ}", (client_id,)


@check("every gift was given once")
def _gifts(day: Day) -> Iterator[Broken]:
    for client_id, book in day.books.items():
        rows = Gift.objects.filter(sender_id=client_id)
        ours = {str(row.pk): row.price_cents for row in rows}
        if ours != book.gifts:
            differ = sorted(set(ours.items()) ^ set(book.gifts.items()))
            yield "", f"{client_id} gave otherwise than we have it: {differ}", (client_id,)


@check("what readers were paid is at their accounts")
def _payouts(day: Day) -> Iterator[Broken]:
    key = day.product.environment["STRIPE_SECRET_KEY"]
    for account in ConnectAccount.objects.exclude(account_id=None):
        said = httpx.get(
            f"{day.product.stripe_url}/v1/transfers",
            params={"destination": str(account.account_id), "limit": 100},
            headers={"Authorization": f"Bearer {key}"},
            timeout=30,
            trust_env=False,
        ).json()
        theirs = sum(one["amount"] - one["amount_reversed"] for one in said["data"])
        sent = Payout.objects.filter(reader_id=account.reader_id, state=PayoutState.SENT)
        ours = sum(payout.amount_cents for payout in sent)
        if theirs != ours:
            what = f"{account.account_id} got {theirs} cents, we paid {ours}"
            yield "", what, (str(account.reader_id), str(account.account_id))


@check("no line of chat was written twice")
def _chats(day: Day) -> Iterator[Broken]:
    seen: set[tuple[Any, ...]] = set()
    for row in ChatMessage.objects.values_list("session_id", "sender", "key"):
        if row in seen:
            yield "", f"{row} stands there twice", (str(row[0]),)
        seen.add(row)
