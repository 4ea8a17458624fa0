from __future__ import annotations

import logging

import pytest
import structlog

from backend.config import logs

SECRETS = {
    "stripe key": "sk_live_51HxyzABC",
    "sandbox key": "sk_test_sandbox_abc123",
    "webhook secret": "whsec_0123456789",
    "client secret": "client_secret=pi_1_secret_2",
    "card number": "4242424242424242",
    "socket ticket": "/ws/v1/me/?ticket=AbC-123_x",
}


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_case_74_secrets_are_masked_in_every_log_value(secret: str) -> None:
    event = logs.mask_secrets(None, "info", {"event": f"sent {secret} away", "n": 3})

    tail = secret.rsplit("=", 1)[-1].removeprefix("sk_live_").removeprefix("sk_test_")
    assert tail.removeprefix("whsec_") not in event["event"]
    assert "***" in event["event"]
    assert event["n"] == 3


def test_case_74_a_logged_secret_never_reaches_the_output(caplog: pytest.LogCaptureFixture) -> None:
    formatter = structlog.stdlib.ProcessorFormatter(
        processor=structlog.processors.JSONRenderer(), foreign_pre_chain=logs._SHARED
    )
    record = logging.LogRecord("x", logging.INFO, "f", 1, "key sk_live_51Hxyz used", (), None)

    assert "51Hxyz" not in formatter.format(record)
