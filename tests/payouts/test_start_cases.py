"""Case 75: settings that would be dangerous together stop the process at its start."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
START = "import django; from django.conf import settings; settings.DEBUG; django.setup()"
SOUND = {
    "DEBUG": "1",
    "DEMO": "0",
    "STRIPE_SECRET_KEY": "sk_test_sandbox_x",
    "STRIPE_API_BASE": "http://127.0.0.1:9",
    "STRIPE_WEBHOOK_SECRETS": "whsec_x",
    "STRIPE_THIN_WEBHOOK_SECRETS": "whsec_y",
    "SECRET_KEY": "a-long-random-secret-key-for-production-like-starts-0123456789",
    "ALLOWED_HOSTS": "soulseer.test",
}


def _starts(**changes: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **SOUND, **changes, "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    command = [sys.executable, "-c", START]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)


def test_case_75_the_sound_combination_starts() -> None:
    started = _starts()
    assert started.returncode == 0, started.stderr


REAL = {"STRIPE_SECRET_KEY": "sk_live_x", "STRIPE_API_BASE": ""}


@pytest.mark.parametrize(
    "changes",
    [
        {"STRIPE_SECRET_KEY": "sk_live_x"},
        {"STRIPE_API_BASE": ""},
        {"STRIPE_SECRET_KEY": "sk_test_ordinary"},
        {"DEBUG": "0"},
        {**REAL, "DEBUG": "0", "STRIPE_SECRET_KEY": ""},
        {**REAL, "DEBUG": "0", "DEMO": "1"},
        {**REAL, "DEBUG": "0", "STRIPE_WEBHOOK_SECRETS": ""},
        {**REAL, "DEBUG": "0", "STRIPE_API_BASE": "http://127.0.0.1:9"},
    ],
)
def test_case_75_a_dangerous_combination_refuses_to_start(changes: dict[str, str]) -> None:
    refused = _starts(**changes)
    assert refused.returncode != 0
    assert "ImproperlyConfigured" in refused.stderr
