"""Checks of what works for us: workers, the ledger's proof, Stripe, live rooms, the relay."""

from __future__ import annotations

import secrets
import socket
import struct
import time
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings

from admin_portal.diagnostics.verdicts import Figure, Finding, Verdict
from backend.core import engines, health
from backend.core.templatetags.money import money
from backend.ledger import figures as sums
from live import staff_selectors as live
from payouts.ports import PayoutRail

CONNECT_SECONDS: Final = 2.0
STRIPE: Final = "https://api.stripe.com"
SLOW_MS: Final = 1_000.0
_STUN_PORT: Final = 3478
_STUN_COOKIE: Final = 0x2112A442
_BINDING_REQUEST, _BINDING_ANSWER = 0x0001, 0x0101


def celery() -> Finding:
    """When a worker last did its round, and how much stands in the queues."""
    silent = health.worker_silent_for()
    lengths = health.queue_lengths()
    figures: dict[str, Figure] = {f"{name}_waiting": n for name, n in lengths.items()}
    if silent is None:
        return Finding(Verdict.DOWN, "No worker was seen.", figures)
    figures["heartbeat_s"] = silent
    if silent > health.WORKER_SILENT_SECONDS:
        return Finding(Verdict.DOWN, f"No worker was seen for {silent} s.", figures)
    return Finding(Verdict.OK, f"A worker did its round {silent} s ago.", figures)


def ledger_proof() -> Finding:
    """The sum of every pot, which is nothing, and the last audit of every proof."""
    proof = sums.proof()
    figures: dict[str, Figure] = {
        "sum_cents": proof.sum_cents,
        "findings": proof.last_findings,
        "audited_at": proof.last_at.isoformat() if proof.last_at else None,
    }
    if not proof.holds:
        return Finding(Verdict.DOWN, "The books do not hold. Run the audit and read it.", figures)
    if proof.last_at is None:
        return Finding(Verdict.WARN, "Everything sums to nothing; no audit has run yet.", figures)
    return Finding(Verdict.OK, "Everything sums to nothing, and the audit found nothing.", figures)


def stripe() -> Finding:
    """Ask the payment service what could be paid out, with our own key."""
    rail: PayoutRail = engines.load("payout_rail")
    started = time.perf_counter()
    available = rail.available_cents(settings.CURRENCY)
    took = (time.perf_counter() - started) * 1_000
    figures: dict[str, Figure] = {
        "answer_ms": round(took),
        "available_cents": available,
        "is_stand_in": bool(settings.STRIPE_API_BASE),
    }
    words = f"It knows us and answers in {took:.0f} ms; {money(available)} can be paid out."
    return Finding(Verdict.WARN if took > SLOW_MS else Verdict.OK, words, figures)


def agora() -> Finding:
    """Who carries live rooms, and whether it can."""
    if settings.STREAMS_BY_AGORA:
        figures: dict[str, Figure] = {"cohost_authentication": settings.AGORA_COHOST_AUTHENTICATION}
        if settings.AGORA_COHOST_AUTHENTICATION:
            return Finding(Verdict.OK, "Viewers can only watch.", figures)
        words = "Every viewer could send until co-host authentication is on."
        return Finding(Verdict.WARN, words, figures)
    alive = live.engine_processes()
    words = f"Agora is not in use. Our own engine runs in {alive} process{'es' * (alive != 1)}."
    return Finding(Verdict.OFF if alive else Verdict.DOWN, words, {"engine_processes": alive})


def turn() -> Finding:
    """Ask the relay the question that every browser asks first (a STUN binding)."""
    places = [_place(url) for url in (*settings.TURN_URLS, *settings.STUN_URLS)]
    if not places:
        return Finding(
            Verdict.OFF, "No relay is set up. Calls go directly, which some nets forbid."
        )
    host, port = places[0]
    started = time.perf_counter()
    if not _stun_answers(host, port):
        words = f"The relay did not answer within {CONNECT_SECONDS:.0f} s."
        return Finding(Verdict.DOWN, words, {"port": port})
    took = (time.perf_counter() - started) * 1_000
    has_secret = bool(settings.TURN_SECRET) or not settings.TURN_URLS
    figures: dict[str, Figure] = {"answer_ms": round(took, 1), "has_secret": has_secret}
    if not has_secret:
        return Finding(Verdict.WARN, "It answers, but TURN_SECRET is missing.", figures)
    return Finding(Verdict.OK, f"It answers in {took:.0f} ms.", figures)


def network() -> Finding:
    """How long it takes to find the payment service by name, and to connect to it."""
    parts = urlsplit(settings.STRIPE_API_BASE or STRIPE)
    host, port = parts.hostname or "", parts.port or 443
    started = time.perf_counter()
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    named = (time.perf_counter() - started) * 1_000
    address = str(found[0][4][0])
    with socket.create_connection((address, port), timeout=CONNECT_SECONDS):
        took = (time.perf_counter() - started) * 1_000 - named
    figures: dict[str, Figure] = {"name_ms": round(named, 1), "connect_ms": round(took, 1)}
    verdict = Verdict.WARN if named + took > SLOW_MS else Verdict.OK
    return Finding(verdict, f"Named in {named:.0f} ms, connected in {took:.0f} ms.", figures)


def _place(url: str) -> tuple[str, int]:
    """The host and port of ``turn:host:port?transport=udp``."""
    where = url.partition(":")[2].partition("?")[0]
    parts = urlsplit(f"//{where}")
    return parts.hostname or "", parts.port or _STUN_PORT


def _stun_answers(host: str, port: int) -> bool:
    """Whether a binding request comes back as a binding answer (RFC 8489)."""
    ours = secrets.token_bytes(12)
    asked = struct.pack("!HHI", _BINDING_REQUEST, 0, _STUN_COOKIE) + ours
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
    with socket.socket(family, kind, proto) as line:
        line.settimeout(CONNECT_SECONDS)
        line.sendto(asked, address)
        try:
            answer = line.recv(1_500)
        except TimeoutError:
            return False
    return (
        len(answer) >= 20
        and answer[:2] == struct.pack("!H", _BINDING_ANSWER)
        and (answer[8:20] == ours)
    )
