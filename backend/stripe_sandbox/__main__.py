"""``python -m backend.stripe_sandbox``: run the stand-in until it is told to stop."""

from __future__ import annotations

import argparse
import logging
from pathlib import Path

import uvicorn

from backend.stripe_sandbox import server

LOOPBACK = "127.0.0.1"


def main() -> None:
    """Read the command line and serve on the loopback address only."""
    parser = argparse.ArgumentParser(prog="stripe_sandbox", description=server.__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--webhook-url", default="")
    parser.add_argument("--webhook-secret", default="")
    parser.add_argument("--thin-webhook-url", default="", help="where thin events go")
    parser.add_argument("--thin-webhook-secret", default="")
    parser.add_argument("--public-url", default="", help="where browsers reach the pay page")
    parser.add_argument("--seed", default="", help="makes the ids a function of it")
    asked = parser.parse_args()
    if asked.webhook_url and not asked.webhook_secret:
        parser.error("--webhook-url needs --webhook-secret")
    if asked.thin_webhook_url and not asked.thin_webhook_secret:
        parser.error("--thin-webhook-url needs --thin-webhook-secret")
    logging.basicConfig(level=logging.WARNING, format="%(name)s %(message)s")
    app = server.build(
        folder=asked.data_dir,
        base_url=asked.public_url.rstrip("/") or f"http://{LOOPBACK}:{asked.port}",
        webhook=(asked.webhook_url, asked.webhook_secret),
        thin_webhook=(asked.thin_webhook_url, asked.thin_webhook_secret),
        seed=asked.seed,
    )
    uvicorn.run(app, host=LOOPBACK, port=asked.port, log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
