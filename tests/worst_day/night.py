"""It falls quiet: everybody hangs up, a night passes, and what was lost is found again."""

from __future__ import annotations

import asyncio
from typing import Final

from celery import current_app

from live.models import ReadingSession
from live.states import LIVE
from tests.worst_day import faults, invariants, rows
from tests.worst_day.day import Day

NIGHT_SECONDS: Final = 25 * 3_600.0
# What beat starts by the hour or by night; the minutes of a rehearsal do not reach them.
OF_THE_DAY: Final = (
    "backend.inbox.tasks.work_through",
    "payouts.tasks.reconcile",
    "payouts.tasks.send_withdrawals",
    "payouts.tasks.ask_about_refunds",
    "payouts.tasks.look_at_chargebacks",
    "payouts.earnings.tasks.mature",
    "payouts.earnings.tasks.sweep",
)
OF_THE_NIGHT: Final = (
    "payouts.tasks.reconcile_nightly",
    "payouts.earnings.tasks.pay_tonight",
    "payouts.tasks.close_disputes",
    "backend.ledger.tasks.audit_nightly",
)
ROUND_SECONDS: Final = 2.0


async def order(*names: str) -> None:
    """Put jobs into the queues, as beat does."""
    for name in names:
        await asyncio.to_thread(current_app.send_task, name)


async def calm_down(day: Day) -> None:
    """No more faults from here on; what is still ordered is taken back."""
    await day.stripe.request("DELETE", "/faults")
    await faults.change_webhooks(day)
    await day.product.until_it_answers()


async def until_nobody_reads(patience_s: float) -> bool:
    """Wait for every reading to end; whether they did."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience_s
    while await rows.ask(ReadingSession.objects.filter(state__in=LIVE).exists):
        if loop.time() > until:
            return False
        await asyncio.sleep(0.5)
    return True


async def pass_a_night(day: Day, rounds: int) -> None:
    """A day and an hour pass; the jobs of day and night run, until nothing waits any more."""
    await faults.move_clock(day, NIGHT_SECONDS)
    await day.stripe.post("/balance/settle", json={})
    await order(*OF_THE_DAY)
    await asyncio.sleep(ROUND_SECONDS)
    await order(*OF_THE_NIGHT)
    for _ in range(rounds):
        await asyncio.sleep(ROUND_SECONDS)
        if not await rows.ask(invariants.what_waits):
            return
        await order(*OF_THE_DAY, "payouts.tasks.reconcile_nightly")


async def let_banks_decide(day: Day) -> None:
    """Every dispute of a bank is won or lost."""
    rng = day.plan.rng("banks")
    for dispute_id, (client_id, cents) in sorted(day.chargebacks.items()):
        outcome = rng.choice(["won", "lost"])
        said = await day.stripe.post(f"/disputes/{dispute_id}/decide", json={"outcome": outcome})
        day.count("a bank decides", outcome if said.is_success else str(said.status_code))
        if said.is_success and outcome == "lost":
            day.books[client_id].lost[dispute_id] = cents
