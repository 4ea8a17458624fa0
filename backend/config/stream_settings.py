"""Streams and gifts: limits, and where the engine that carries them is."""

from __future__ import annotations

import environ

_env = environ.Env()
_DEBUG: bool = _env.bool("DEBUG", default=False)
_PORT: int = _env.int("PORT", default=8000)
_SITE_URL: str = _env.str("SITE_URL", default=f"http://localhost:{_PORT}")

# ── Agora, when both are set ────────────────────────────────────────────────────────────────
AGORA_APP_ID: str = _env.str("AGORA_APP_ID", default="")
AGORA_APP_CERTIFICATE: str = _env.str("AGORA_APP_CERTIFICATE", default="")
AGORA_TOKEN_SECONDS: int = _env.int("AGORA_TOKEN_SECONDS", default=3_600)
# An operator says here that co-host authentication was switched on in Agora's console.
AGORA_COHOST_AUTHENTICATION: bool = _env.bool("AGORA_COHOST_AUTHENTICATION", default=False)
STREAMS_BY_AGORA = bool(AGORA_APP_ID and AGORA_APP_CERTIFICATE)
STREAM_ENGINE = (
    "live.adapters.agora.AgoraEngine"
    if STREAMS_BY_AGORA
    else "live.adapters.embedded.EmbeddedEngine"
)

# ── The embedded engine ─────────────────────────────────────────────────────────────────────
ENGINE_GRANT_KEY: str = _env.str(
    "ENGINE_GRANT_KEY",
    default="development-only-grant-key-of-32-bytes"
    if _DEBUG
    else ("" if STREAMS_BY_AGORA else environ.Env.NOTSET),
)
ENGINE_PORT: int = _env.int("ENGINE_PORT", default=_PORT + 2)
ENGINE_PUBLIC_URL: str = _env.str(
    "ENGINE_PUBLIC_URL", default=f"http://localhost:{ENGINE_PORT}" if _DEBUG else _SITE_URL
)
ENGINE_ORIGINS: list[str] = _env.list("ENGINE_ORIGINS", default=[_SITE_URL])
# What pages may connect to for streams, for the Content Security Policy.
ENGINE_PAGE_SOURCES: list[str] = _env.list(
    "ENGINE_PAGE_SOURCES",
    default=[
        "https://*.agora.io",
        "wss://*.agora.io:*",
        "https://*.sd-rtn.com",
        "wss://*.sd-rtn.com:*",
    ]
    if STREAMS_BY_AGORA
    else [ENGINE_PUBLIC_URL],
)
ENGINE_GRANT_SECONDS: int = _env.int("ENGINE_GRANT_SECONDS", default=60)
ENGINE_ROOM_VIEWERS_MAX: int = _env.int("ENGINE_ROOM_VIEWERS_MAX", default=400)
ENGINE_PROCESS_VIEWERS_MAX: int = _env.int("ENGINE_PROCESS_VIEWERS_MAX", default=400)
# Loopback alone in development; none means every address of the machine but loopback.
ENGINE_BIND_ADDRESSES: list[str] = _env.list(
    "ENGINE_BIND_ADDRESSES", default=["127.0.0.1"] if _DEBUG else []
)
ENGINE_NAT_ADDRESS: str = _env.str("ENGINE_NAT_ADDRESS", default="")
ENGINE_BITRATE: int = _env.int("ENGINE_BITRATE", default=1_500_000)
# Lateness of the event loop (median, in ms) from which a process takes nobody more.
ENGINE_LAG_MS_MAX: float = _env.float("ENGINE_LAG_MS_MAX", default=20.0)

# ── Rooms ───────────────────────────────────────────────────────────────────────────────────
HOST_GONE_SECONDS: int = _env.int("HOST_GONE_SECONDS", default=60)
STREAM_OVERDUE_HOURS = 24  # what has not begun by then is called off
STREAM_CHAT_CHARS_MAX = 500
STREAM_CHAT_PER_10_SECONDS = 10
STREAM_SHORTEST_SECONDS = 300  # entrances to a shorter one are given back
STREAM_PASS_MIN_CENTS = 100
STREAM_PASS_MAX_CENTS = 10_000

# ── Gifts ───────────────────────────────────────────────────────────────────────────────────
GIFT_MIN_CENTS = 50
GIFT_MAX_CENTS = 10_000
GIFT_UNDO_SECONDS = 5
GIFT_COMBO_SECONDS = 10  # at most the minute of the next line: both look at the same gifts
GIFTS_PER_MINUTE = 30
GIFT_QUOTE_SECONDS: int = _env.int("GIFT_QUOTE_SECONDS", default=300)
