"""The Stripe stand-in as a process of its own, for every test that needs it.

``running(folder)`` starts one; the ``sandbox`` fixture below is a fresh one for each test, and
``stripe_process`` one for the whole session. Import what you need into a ``conftest.py``.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from stripe import RequestsClient, StripeClient

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 20.0
SECRET_KEY = "sk_test_sandbox_tests"
WEBHOOK_SECRET = "whsec_tests_of_the_sandbox"
THIN_WEBHOOK_SECRET = "whsec_tests_of_thin_events"


@dataclass
class Sandbox:
    """One running stand-in and the ways to order it about."""

    base: str
    webhook_secret: str = WEBHOOK_SECRET
    secret_key: str = SECRET_KEY

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.base, timeout=30, trust_env=False)

    def client(self, retries: int = 0, seconds: float = 15) -> StripeClient:
        """The real SDK, pointed at this sandbox."""
        return StripeClient(
            self.secret_key,
            base_addresses=dict.fromkeys(("api", "connect", "files", "meter_events"), self.base),
            max_network_retries=retries,
            http_client=RequestsClient(timeout=seconds),
        )

    def order(self, path: str, method: str = "POST", **asked: Any) -> dict[str, Any]:
        """One request to ``/_sandbox/{path}``; the JSON that comes back."""
        body = {"json": asked} if method == "POST" else {}
        answer = self.http.request(method, f"/_sandbox/{path}", **body)
        answer.raise_for_status()
        return dict(answer.json())

    def pay(self, session_id: str, card: str = "4242424242424242") -> dict[str, Any]:
        """Pay a Checkout Session as its page would."""
        return self.order(f"checkout/{session_id}/pay", card=card)

    def bank(self, intent_id: str, *, approve: bool) -> dict[str, Any]:
        """Answer the 3-D Secure page."""
        return self.order(f"intents/{intent_id}/bank", approve=approve)

    def fund(self, cents: int) -> dict[str, Any]:
        """Put money into the platform's available balance."""
        return self.order("balance/add", amount=cents)

    def onboard(self, account_id: str, *, complete: bool = True) -> dict[str, Any]:
        """Answer the onboarding page with everything, or take it all back."""
        return self.order(f"accounts/{account_id}/onboard", complete=complete)

    def require(self, account_id: str, **asked: Any) -> dict[str, Any]:
        """Let Stripe ask more of an account, or less; see ``happenings.require``."""
        return self.order(f"accounts/{account_id}/requirements", **asked)

    def dispute(self, charge_id: str, **asked: Any) -> dict[str, Any]:
        """Open a dispute of a charge (or of a PaymentIntent's charge)."""
        return self.order(f"charges/{charge_id}/dispute", **asked)

    def decide(self, dispute_id: str, outcome: str, **asked: Any) -> dict[str, Any]:
        """Let the bank end a dispute."""
        return self.order(f"disputes/{dispute_id}/decide", outcome=outcome, **asked)

    def warn(self, charge_id: str) -> dict[str, Any]:
        """An early fraud warning about a charge."""
        return self.order(f"charges/{charge_id}/warn")

    def reverse(self, transfer_id: str, **asked: Any) -> dict[str, Any]:
        """Stripe takes a transfer back."""
        return self.order(f"transfers/{transfer_id}/reverse", **asked)

    def deliver(self, *event_ids: str) -> list[str]:
        """Send these events now, in this order; what each address answered."""
        return list(self.order("deliver", events=list(event_ids))["answers"])

    def fault(self, kind: str, match: str = "", times: int = 1, seconds: float = 0) -> None:
        """Order a fault."""
        self.order("faults", kind=kind, match=match, times=times, seconds=seconds)

    def webhooks(self, **modes: Any) -> dict[str, Any]:
        """Change how webhooks are delivered."""
        return self.order("webhooks", **modes)

    def advance(self, seconds: float) -> int:
        """Move the virtual clock; the new time comes back."""
        return int(self.order("clock", advance=seconds)["now"])

    def freeze(self, at: float | None = None) -> int:
        """Let the virtual clock stand still, at ``at`` (Unix seconds, not before now) if given."""
        asked = {} if at is None else {"at": at}
        return int(self.order("clock", frozen=True, **asked)["now"])

    def settle(self) -> None:
        """Wait until every webhook has been taken."""
        self.order("quiet", method="GET")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    folder: Path, webhook_url: str = "", seed: str = "", thin_webhook_url: str = ""
) -> Iterator[Sandbox]:
    """Start a sandbox over ``folder``, wait until it answers, and stop it at the end."""
    port = free_port()
    command = [sys.executable, "-m", "backend.stripe_sandbox", "--port", str(port)]
    command += ["--data-dir", str(folder), "--seed", seed or secrets.token_hex(8)]
    if webhook_url:
        command += ["--webhook-url", webhook_url, "--webhook-secret", WEBHOOK_SECRET]
    if thin_webhook_url:
        command += ["--thin-webhook-url", thin_webhook_url]
        command += ["--thin-webhook-secret", THIN_WEBHOOK_SECRET]
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
    sandbox = Sandbox(f"http://127.0.0.1:{port}")
    try:
        _wait(sandbox, child)
        yield sandbox
    finally:
        sandbox.http.close()
        child.terminate()
        child.wait(10)


def _wait(sandbox: Sandbox, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            sandbox.http.get("/_sandbox/health").raise_for_status()
        except httpx.HTTPError:
            if child.poll() is not None or time.monotonic() > until:
                raise RuntimeError("The Stripe stand-in did not start.") from None
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def stripe_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One stand-in for the whole run, without a webhook endpoint."""
    with running(tmp_path_factory.mktemp("stripe")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(stripe_process: Sandbox) -> Sandbox:
    """The run's stand-in, empty and well-behaved."""
    stripe_process.order("reset")
    return stripe_process
