"""B9: readers are paid by one nightly run, in bounded memory: 2,000, or ``BENCH_READERS``.

The goal is 10,000 in half an hour, and in proportion for fewer.

The product's own run in a process of its own: earnings mature, readers are chosen, each account is
looked up again, the money is put on its way, Stripe's stand-in is asked for a transfer, the
transfer is booked and the reader told. The peer is the stand-in's own highest rate in the same
run: the same SDK and as many threads ask it the same two questions and do nothing else, so its
seconds are what nobody could be faster than. A night of a tenth of the readers shows by how much
memory grows with their number.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from bench import places
from bench.figures import Figure

READERS: Final = int(os.environ.get("BENCH_READERS", "2000"))
FEW: Final = max(1, READERS // 10)
PROBES: Final = 1_500
PER_READER: Final = 2  # requests: the account, the transfer
GOAL_SECONDS, GOAL_MEMORY = 1_800 * READERS // 10_000, 1.2
START: Final = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
DAY: Final = timedelta(days=1)
_KIB: Final = 1_024


@dataclass(frozen=True)
class Night:
    """One run: its seconds, the readers that it paid, the most memory before and in it, in MB."""

    seconds: float
    sent: int
    before_mb: float
    most_mb: float


def figures() -> list[Figure]:
    """Ours, then what the stand-in could answer at most."""
    with tempfile.TemporaryDirectory() as folder, places.database("b9"):
        from bench.payouts import readers

        with readers.stand_in(Path(folder)) as sandbox:
            _point_at(sandbox)
            few, many = _nights(sandbox)
            peer = _highest_rate(sandbox)
            _prove()
    least = many.sent * PER_READER / peer
    return [
        Figure(
            "B9",
            f"{READERS:,} readers paid by one run in",
            "s",
            many.seconds,
            least,
            "the same requests at the stand-in's highest rate",
            f"<= {GOAL_SECONDS:,} s",
            many.seconds <= GOAL_SECONDS,
            f"{many.sent / many.seconds:.0f} readers a second; the stand-in answers {peer:.0f} "
            f"requests a second at most",
        ),
        Figure(
            "B9",
            f"peak memory of a run for {READERS:,} readers",
            "MB",
            many.most_mb,
            few.most_mb,
            f"for {FEW:,} readers",
            f"<= {GOAL_MEMORY:g} times",
            many.most_mb <= GOAL_MEMORY * few.most_mb,
            f"{many.before_mb:.0f} MB before it began",
        ),
    ]


def _point_at(sandbox: Any) -> None:
    """The product, here and in children, asks this stand-in."""
    from django.conf import settings

    facts = {"STRIPE_API_BASE": sandbox.base, "STRIPE_SECRET_KEY": sandbox.secret_key}
    os.environ.update(facts)
    for name, value in facts.items():
        setattr(settings, name, value)


def _nights(sandbox: Any) -> tuple[Night, Night]:
    from bench.payouts import readers

    print(f"   {READERS:,} readers and their accounts …", flush=True)
    readers.make(READERS, at=START)
    for account in _accounts():
        sandbox.onboard(account)
    readers.earn(FEW, at=START)
    few = _night(START, FEW)
    readers.earn(READERS, at=START + DAY)
    many = _night(START + DAY, READERS)
    return few, many


def _accounts() -> list[str]:
    from payouts.models import ConnectAccount

    return [str(row) for row in ConnectAccount.objects.values_list("account_id", flat=True)]


def _night(at: datetime, readers: int) -> Night:
    command = [sys.executable, "-m", "bench.payouts.night", at.isoformat()]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    environment |= {"LOG_LEVEL": "WARNING"}
    done = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    seconds, sent, before, most = map(float, done.stdout.split()[-4:])
    if sent != readers:
        raise SystemExit(f"{sent:.0f} of {readers} readers were paid.")
    print(f"   {readers:,} readers were paid in {seconds:.0f} s", flush=True)
    return Night(seconds, int(sent), before / _KIB, most / _KIB)


def _highest_rate(sandbox: Any) -> float:
    """Requests a second of the same two questions, asked by nothing but the SDK."""
    from django.conf import settings

    from backend.core import engines
    from payouts.ports import TransferOrder

    accounts, rail = engines.load("connect_accounts"), engines.load("payout_rail")

    def ask(account_id: str) -> None:
        accounts.account(account_id)
        order = TransferOrder(uuid4(), uuid4(), 1, "usd", account_id)
        rail.send(order, key=f"probe:{order.payout_id}")

    wanted = _accounts()[:PROBES]
    started = time.perf_counter()
    with ThreadPoolExecutor(settings.PAYOUT_CALLS_AT_ONCE) as pool:
        for _ in pool.map(ask, wanted):
            pass
    return len(wanted) * PER_READER / (time.perf_counter() - started)


def _prove() -> None:
    """No cent was lost and nobody was paid twice, or the figures are worth nothing."""
    from backend.ledger import audit
    from payouts.models import Payout

    if findings := audit.proofs(START + DAY):
        raise SystemExit(f"The ledger is not sound: {findings[0]}")
    transfers = Payout.objects.filter(state="sent").values("transfer_id").distinct().count()
    if transfers != READERS + FEW:
        raise SystemExit(f"{transfers} transfers, not {READERS + FEW}.")
