"""``python -m bench.payouts.night DATE``: one nightly run in a process of its own, to its end.

Prints the seconds that it took, the payouts that it sent, and the most memory it ever held, in
KiB, before it began and at its end.
"""

from __future__ import annotations

import resource
import sys
import time
from datetime import datetime

import django


def main() -> None:
    """Run it."""
    django.setup()
    from payouts.earnings.services import runs, working
    from payouts.payout_states import RunState

    at = datetime.fromisoformat(sys.argv[1])
    before = _most_kib()
    run = runs.begin_nightly(at=at)
    started = time.perf_counter()
    while working.work_due(at=at):
        pass
    seconds = time.perf_counter() - started
    run.refresh_from_db()
    if run.state != RunState.DONE:
        raise SystemExit(f"The run is {run.state}, not done.")
    sent = run.payouts.filter(state="sent").count()
    print(seconds, sent, before, _most_kib())


def _most_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main()
