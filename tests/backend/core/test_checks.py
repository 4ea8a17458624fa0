from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from backend.core.checks import dangers, stop_if_dangerous

SOUND = {
    "debug": False,
    "demo": False,
    "key": "sk_live_abc",
    "base": "",
    "webhook_secrets": ["whsec_abc"],
    "thin_webhook_secrets": ["whsec_def"],
}
SANDBOX = "sk_test_sandbox_abc"
LOOPBACK = "http://127.0.0.1:8001"


@pytest.mark.parametrize(
    "facts",
    [
        SOUND,
        {**SOUND, "key": "sk_test_abc"},
        {**SOUND, "debug": True, "demo": True, "key": SANDBOX, "base": LOOPBACK},
        {**SOUND, "debug": True, "key": ""},
        {**SOUND, "debug": True, "key": "", "thin_webhook_secrets": []},
        {**SOUND, "thin_webhook_secrets": None},
    ],
)
def test_sound_combinations_start(facts: dict[str, object]) -> None:
    stop_if_dangerous(**facts)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"base": LOOPBACK}, id="live key, sandbox address"),
        pytest.param({"key": SANDBOX, "base": ""}, id="sandbox key, Stripe's address"),
        pytest.param({"key": SANDBOX, "base": LOOPBACK}, id="sandbox in production"),
        pytest.param({"key": ""}, id="no key in production"),
        pytest.param({"demo": True}, id="demo in production"),
        pytest.param({"clock_ahead_file": "/x"}, id="a clock that can be moved in production"),
        pytest.param({"base": "http://localhost:1"}, id="loopback base in production"),
        pytest.param({"webhook_secrets": []}, id="no webhook secret"),
        pytest.param({"webhook_secrets": [""]}, id="empty webhook secret"),
        pytest.param({"thin_webhook_secrets": []}, id="no secret for thin events"),
        pytest.param({"thin_webhook_secrets": ["whsec_a", ""]}, id="an empty one among them"),
        pytest.param({"debug": True, "base": LOOPBACK}, id="live key, loopback, development"),
    ],
)
def test_case_75_a_dangerous_combination_refuses_to_start(change: dict[str, object]) -> None:
    with pytest.raises(ImproperlyConfigured):
        stop_if_dangerous(**{**SOUND, **change})


def test_case_75_the_process_itself_refuses_to_start() -> None:
    surroundings = {
        **os.environ,
        "DEBUG": "0",
        "DEMO": "1",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "soulseer.example",
        "STRIPE_SECRET_KEY": "sk_live_abc",
        "STRIPE_WEBHOOK_SECRETS": "whsec_abc",
        "STRIPE_THIN_WEBHOOK_SECRETS": "whsec_def",
        "ENGINE_GRANT_KEY": "x" * 60,
    }

    started = subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        env={**surroundings, "DJANGO_SETTINGS_MODULE": "backend.config.settings"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert started.returncode != 0
    assert "DEMO=1 is for development only" in started.stderr


def test_every_danger_is_named_at_once() -> None:
    found = list(dangers(debug=False, demo=True, key="", base="", webhook_secrets=[]))

    assert len(found) == 3
