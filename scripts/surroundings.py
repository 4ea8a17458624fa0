"""The environment of a development copy: `.env`, secrets made once per DATA_DIR, addresses."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

from honcho import environ as dotenv

ROOT = Path(__file__).resolve().parents[1]


def data_dir() -> Path:
    """DATA_DIR, absolute, made with 0700 when missing."""
    path = (ROOT / os.environ.get("DATA_DIR", ".data")).resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def port() -> int:
    """PORT of the web; the Stripe stand-in listens on the next one, the stream engine after it."""
    return int(os.environ.get("PORT", "8000"))


def environment(home: Path) -> dict[str, str]:
    """What the product's settings read in development. The shell wins over `.env`, both over us."""
    known = _dotenv() | {name: value for name, value in os.environ.items() if value}
    made = _secrets(home)
    ours = {
        "DEBUG": "1",
        "DEMO": "1",
        "PORT": str(port()),
        "DATA_DIR": str(home),
        "SITE_URL": f"http://localhost:{port()}",
        "SECRET_KEY": made["secret_key"],
        "ENGINE_GRANT_KEY": made["engine_grant_key"],
        "ENGINE_PORT": str(port() + 2),
        "STRIPE_WEBHOOK_SECRETS": made["webhook_secret"],
        "STRIPE_THIN_WEBHOOK_SECRETS": made["thin_webhook_secret"],
        "LOG_LEVEL": "WARNING",  # or the banner would scroll away under every request
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "backend.config.settings",
    }
    if not known.get("STRIPE_SECRET_KEY"):
        ours["STRIPE_SECRET_KEY"] = made["sandbox_key"]
        ours["STRIPE_API_BASE"] = f"http://127.0.0.1:{port() + 1}"
    # DATA_DIR may be given relative to the checkout; children run elsewhere.
    return ours | known | {"DATA_DIR": str(home)}


def uses_sandbox(environment: dict[str, str]) -> bool:
    """Whether top-ups go to the stand-in instead of Stripe."""
    return environment["STRIPE_SECRET_KEY"].startswith("sk_test_sandbox")


def streams_are_embedded(environment: dict[str, str]) -> bool:
    """Whether streams go over our own engine instead of Agora."""
    return not (environment.get("AGORA_APP_ID") and environment.get("AGORA_APP_CERTIFICATE"))


def _dotenv() -> dict[str, str]:
    path = ROOT / ".env"
    if not path.exists():
        return {}
    return {name: value for name, value in dotenv.parse(path.read_text()).items() if value}


def _secrets(home: Path) -> dict[str, str]:
    """Random values of this copy, kept beside its data and readable by its owner only.

    A copy that is older than one of them gets it added.
    """
    path = home / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    made = {
        "secret_key": secrets.token_urlsafe(50),
        "webhook_secret": f"whsec_{secrets.token_hex(24)}",
        "thin_webhook_secret": f"whsec_{secrets.token_hex(24)}",
        "sandbox_key": f"sk_test_sandbox_{secrets.token_hex(16)}",
        "engine_grant_key": secrets.token_urlsafe(50),
    } | kept
    if made != kept:
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(made, file)
        fresh.replace(path)
    return made
