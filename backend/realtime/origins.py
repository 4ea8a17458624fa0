"""Whether a browser page of this origin may open our sockets."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings


def allowed(scope: dict[str, Any]) -> bool:
    """True for our own pages (``WS_ALLOWED_ORIGINS`` or the host asked for), and for a program
    that names no origin: a browser always names one, and a ticket is needed all the same."""
    headers = {name: value for name, value in scope["headers"] if name in (b"origin", b"host")}
    if b"origin" not in headers:
        return True
    origin = headers[b"origin"].decode("latin-1")
    if origin in settings.WS_ALLOWED_ORIGINS:
        return True
    return urlsplit(origin).netloc == headers.get(b"host", b"").decode("latin-1") != ""
