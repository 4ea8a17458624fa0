"""Jobs of payments, each a door to one service."""

from __future__ import annotations

from celery import shared_task

from backend.core import clock
from backend.core.locks import alone
from payouts.chargebacks.services import convergence, write_offs
from payouts.disputes.services import disputes
from payouts.services import reconciliation
from payouts.wallet.services import cards, codes, farewells, refunds, reloads


@shared_task(name="payouts.tasks.reconcile", ignore_result=True)
def reconcile() -> None:
    """Hear from Stripe what we missed; one at a time."""
    with alone("reconcile") as mine:
        if mine:
            reconciliation.run(at=clock.now())


@shared_task(name="payouts.tasks.reconcile_nightly", ignore_result=True)
def reconcile_nightly() -> None:
    """Compare our balance at Stripe with our books, thoroughly; one at a time."""
    with alone("reconcile nightly") as mine:
        if mine:
            reconciliation.run_nightly(at=clock.now())


@shared_task(name="payouts.tasks.look_at_chargebacks", ignore_result=True)
def look_at_chargebacks() -> None:
    """Ask Stripe about every dispute of a bank that is not decided; one at a time."""
    with alone("chargebacks") as mine:
        if mine:
            convergence.converge_open(at=clock.now())


@shared_task(name="payouts.tasks.write_off_chargebacks", ignore_result=True)
def write_off_chargebacks() -> int:
    """Give up what clients owe for disputes that were lost long ago."""
    return write_offs.write_off_due(at=clock.now())


@shared_task(name="payouts.tasks.reload_wallets", ignore_result=True)
def reload_wallets() -> None:
    """Charge the auto-reloads that are due, and finish those that were left behind."""
    with alone("reload wallets") as mine:
        if mine and reconciliation.may_pay(at=clock.now()):
            reloads.charge_due(at=clock.now())


@shared_task(name="payouts.tasks.send_withdrawals", ignore_result=True)
def send_withdrawals() -> None:
    """Send what goes back to cards; one at a time."""
    with alone("send withdrawals") as mine:
        if mine and reconciliation.may_pay(at=clock.now()):
            refunds.send_due(at=clock.now())


@shared_task(name="payouts.tasks.ask_about_refunds", ignore_result=True)
def ask_about_refunds() -> None:
    """Ask about refunds that have been on their way for an hour or more."""
    refunds.ask_about_sent(at=clock.now())


@shared_task(name="payouts.tasks.expire_promos", ignore_result=True)
def expire_promos() -> None:
    """Take back promotional credit whose time is up."""
    codes.expire_due(at=clock.now())


@shared_task(name="payouts.tasks.forget_cards", ignore_result=True)
def forget_cards() -> None:
    """Take removed cards, and people who left, out of the vault where that is not done yet."""
    cards.forget_removed(at=clock.now())
    farewells.close_drawers(at=clock.now())


@shared_task(name="payouts.tasks.close_disputes", ignore_result=True)
def close_disputes() -> int:
    """Close the decided cases that nobody appealed in time; how many."""
    return disputes.close_due(at=clock.now())
