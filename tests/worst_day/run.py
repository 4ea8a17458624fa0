"""One day from its first top-up to the morning after."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import time
from collections.abc import Coroutine
from typing import Any, Final
from uuid import uuid4

from tests import builders
from tests.worst_day import clients, invariants, night, rows, verdicts
from tests.worst_day.day import Day, Person, Plan, ReaderNow
from tests.worst_day.faults import Schedule
from tests.worst_day.readers import Host, Reader
from tests.worst_day.report import Outcome, Times
from tests.worst_day.seeding import People
from tests.worst_day.stack import Product
from tests.worst_day.staff import Staff

READINGS_END_WITHIN_SECONDS: Final = 45.0
HEALS_WITHIN_SECONDS: Final = 40.0
# A day that fits into a minute of two cores: each restart of a process costs seconds of them.
SMALL: Final[dict[str, Any]] = {
    "seconds": 26.0,
    "clients": 12,
    "readers": 7,
    "hosts": 2,
    "talk_s": (4.0, 10.0),
    "chargebacks": 1,
    "faults": (
        *("worker killed", "web killed", "sockets killed", "Valkey flushed"),
        *("PostgreSQL stopped at once", "Stripe fails", "webhooks doubled", "webhooks dropped"),
    ),
    "fault_every_s": 2.5,
}


def plan_of(asked: argparse.Namespace) -> Plan:
    """The plan that the command line asks for."""
    if asked.small:
        return Plan(seed=asked.seed, actions=asked.actions, **SMALL)
    return Plan(
        seed=asked.seed,
        seconds=asked.minutes * 60,
        actions=asked.actions,
        fault_every_s=asked.every,
    )


async def a_day(product: Product, plan: Plan) -> Outcome:
    """Seed, start, act among faults, fall quiet, look at everything."""
    people = await rows.ask(People, plan)
    await asyncio.to_thread(product.start)
    await product.until_it_answers()
    day, loop = Day(plan, product, builders.PASSWORD), asyncio.get_running_loop()
    for person in people.readers:
        day.readers[person.id] = ReaderNow(person)
    staff = Staff(day, people.admin, builders.PASSWORD)
    began, cpu = loop.time(), time.process_time()
    always = [_start(Reader(day, person).live()) for person in people.readers]
    acting = [_start(Host(day, person).live()) for person in people.hosts]
    acting += [_start(clients.live(day, person, _pause(plan))) for person in people.clients]
    await _open_accounts(day, [*people.readers, *people.hosts])
    always.append(_start(staff.live()))
    schedule = Schedule.of(plan)
    faults = _start(schedule.run(day))
    await asyncio.sleep(max(0.0, began + plan.seconds - loop.time()))
    day.over.set()
    acted_s = loop.time() - began
    await faults
    await night.calm_down(day)
    await _all_come_home(day, acting)
    await _fall_quiet(day, staff)
    judged = await rows.ask(verdicts.of, day, schedule.done)
    for rule, what, names in judged.findings:
        day.chronicle.find(rule, what, *names)
    await _close(day, always)
    times = Times(acted_s, loop.time() - began - acted_s, time.process_time() - cpu)
    return Outcome(day, schedule.done, judged, times)


def _start(work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.create_task(work)


def _pause(plan: Plan) -> float:
    """Seconds between two acts of one client, so that the actions fill the day.

    About every second act is a reading, in which the client is for a while.
    """
    acts_each = plan.actions / 2.2 / plan.clients
    busy = 0.34 * sum(plan.talk_s) / 2
    return max(0.6, min(60.0, plan.seconds / acts_each - busy))


async def _all_come_home(day: Day, tasks: list[asyncio.Task[None]]) -> None:
    """Everybody finishes what they do; who breaks is a finding of its own."""
    _, pending = await asyncio.wait(tasks, timeout=READINGS_END_WITHIN_SECONDS)
    for task in pending:
        day.chronicle.find("everybody comes home", f"{task.get_coro()} still acts")
        task.cancel()
    for task in tasks:
        if task.done() and not task.cancelled() and task.exception() is not None:
            day.chronicle.find("people do not break", repr(task.exception()))
            raise task.exception() or RuntimeError


async def _fall_quiet(day: Day, staff: Staff) -> None:
    """Readings end, a night passes, banks decide, another night; then everything must hold."""
    if not await night.until_nobody_reads(READINGS_END_WITHIN_SECONDS):
        day.chronicle.find("every reading ends", "some readings still run")
    await staff.decide_open()
    await night.pass_a_night(day, rounds=6)
    if day.chargebacks:
        await night.let_banks_decide(day)
        await night.pass_a_night(day, rounds=6)
    loop = asyncio.get_running_loop()
    until = loop.time() + HEALS_WITHIN_SECONDS
    while True:
        waits = await rows.ask(invariants.what_waits)
        broken = await rows.ask(invariants.broken, day)
        if (not broken and not waits) or loop.time() > until:
            break
        await night.order(*night.OF_THE_DAY, "payouts.tasks.reconcile_nightly")
        await asyncio.sleep(night.ROUND_SECONDS)
    for what in waits:
        day.chronicle.find("nothing waits once it is quiet", what)
    for rule, what, names in broken:
        day.chronicle.find(rule, what, *names)


async def _open_accounts(day: Day, people: list[Person]) -> None:
    """Every reader sets up payouts, before anything goes wrong."""

    async def one(person: Person) -> None:
        caller = day.caller(person)
        await caller.api.sign_in()
        answer = await caller.ask("POST", "/payouts/onboarding/", {}, uuid4().hex)
        day.judge("set up payouts", answer, {"ok"}, person.name)
        account = await rows.ask(_account_of, person.id)
        await day.stripe.post(f"/accounts/{account}/onboard", json={"complete": True})
        await caller.api.close()

    for start in range(0, len(people), 4):
        await asyncio.gather(*(one(person) for person in people[start : start + 4]))


def _account_of(reader_id: str) -> str:
    from payouts.models import ConnectAccount

    return str(ConnectAccount.objects.get(reader_id=reader_id, ended_at=None).account_id)


async def _close(day: Day, background: list[asyncio.Task[None]]) -> None:
    for task in background:
        task.cancel()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait(background, timeout=5)
    for caller in day.callers:
        await caller.api.close()
    await day.stripe.aclose()
