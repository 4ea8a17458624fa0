"""Write docs/api.md from the OpenAPI schema and docs/events.md from the registry of events.

``make docs`` writes them; ``--check`` only says whether they agree with the code.
"""

from __future__ import annotations

import dataclasses
import inspect
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PROBLEM = "application/problem+json"
DEPTH_MAX = 3
METHODS = ("get", "post", "put", "patch", "delete")

API_HEAD = """# The API

Written by `make docs` from the code; the living copy is at `/api/v1/docs/`, the OpenAPI 3.1
document at `/api/v1/schema/`.

- JSON in UTF-8, ids are UUIDs, instants are UTC in ISO 8601, money is whole cents plus a currency.
- Programs sign in at `/api/v1/auth/login/` and send `Authorization: Bearer <access token>`; the
  token is good for 15 minutes, the refresh token for one use. Browsers use their session cookie
  and `X-CSRFToken`.
- Lists take `?limit=` (at most 100) and `?cursor=`; the answer is `next`, `previous`, `results`.
- Errors are `application/problem+json`: `type`, `title`, `status`, `detail`, `code`,
  `request_id`, `errors`. Branch on `code`.
- Where `Idempotency-Key` is asked for: the same key and body give the same answer for 48 hours,
  another body gives 409.
- 100 requests a minute for each person; sign-in 5 in 5 minutes for each address and account.
  `RateLimit-Limit`, `RateLimit-Remaining` and `RateLimit-Reset` say where you are.
"""

EVENTS_HEAD = """# What sockets say

Written by `make docs` from `backend/realtime/events/`. A frame is
`{"type", "id", "seq", "ts", "data"}`; the fields below are those of `data`. `?` marks a field
that is left out when it has no value. Get a ticket from `POST /api/v1/ws-tickets/` and connect to
`/ws/v1/me/?ticket=…`, `/ws/v1/sessions/{id}/?ticket=…` or `/ws/v1/streams/{id}/?ticket=…`.

A page in a live room says `heartbeat` every 5 seconds (`pong` answers; a host's carries `kbps`,
`loss_pct` and `fps`) and `stream-chat` with `key` and `text`. A refused frame is answered by
`error`: `blocked_word`, `slow_mode`, `muted`, `too_many`, `invalid_input`.
"""


def main(arguments: list[str]) -> int:
    """Write both pages, or with ``--check`` compare them; 1 when they differ."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
    django.setup()
    stale = []
    for name, text in pages().items():
        path = ROOT / "docs" / name
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if "--check" not in arguments:
            path.write_text(text)
    print(f"docs: {', '.join(stale) or 'nothing'} {'differs' if stale else 'to do'}")
    return 1 if stale and "--check" in arguments else 0


def pages() -> dict[str, str]:
    """The text of each page by its file name. Django must be set up."""
    return {"api.md": _tidy(_api_page()), "events.md": _tidy(_events_page())}


def _tidy(text: str) -> str:
    return re.sub(r"\n{3,}", "\n\n", text).replace("``", "`").rstrip() + "\n"


def _api_page() -> str:
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    lines, section = [API_HEAD], ""
    for path, item in sorted(schema["paths"].items()):
        head = path.removeprefix("/api/v1/").split("/")[0]
        if head != section:
            section = head
            lines.append(f"## {section}\n")
        for method in METHODS:
            if method in item:
                lines.extend(_operation(schema, method, path, item[method]))
    return "\n".join(lines)


def _operation(schema: Any, method: str, path: str, told: Any) -> Iterator[str]:
    yield f"### {method.upper()} {path}\n"
    words = " ".join(str(told.get("description", "")).split())
    if words:
        sentence = words.rsplit(" : ", 1)[-1]
        yield sentence[:1].upper() + sentence[1:] + "\n"
    if not told.get("security") or {} in told["security"]:
        yield "Open to everybody.\n"
    for parameter in told.get("parameters", []):
        if parameter["in"] != "path":
            yield _field(schema, parameter["name"], parameter, parameter["in"])
    for media, body in told.get("requestBody", {}).get("content", {}).items():
        yield f"\nBody, `{media}`:\n"
        yield from _fields(schema, body.get("schema", {}))
    for status, answer in told["responses"].items():
        yield from _answer(schema, status, answer)
    yield ""


def _answer(schema: Any, status: str, answer: Any) -> Iterator[str]:
    content = answer.get("content", {})
    if set(content) == {PROBLEM}:
        return
    yield f"\n`{status}`{'' if content else ' without a body'}\n"
    for media, body in content.items():
        if media != PROBLEM:
            yield from _fields(schema, body.get("schema", {}))


def _fields(schema: Any, shape: Any, depth: int = 0) -> Iterator[str]:
    shape = _resolved(schema, shape)
    if shape.get("type") == "array":
        if depth == 0:
            yield "A list of:\n"
        shape = _resolved(schema, shape["items"])
    required = set(shape.get("required", []))
    for name, field in shape.get("properties", {}).items():
        line = _field(schema, name, {"schema": field, "required": name in required})
        yield "  " * depth + line
        if depth < DEPTH_MAX:
            yield from _fields(schema, _only(schema, field), depth + 1)


def _only(schema: Any, field: Any) -> Any:
    """``field``, or the one shape it may have beside null."""
    shape = _resolved(schema, field)
    choices = shape.get("oneOf") or shape.get("anyOf") or shape.get("allOf") or []
    shapes = [one for one in choices if one.get("type") != "null"]
    return shapes[0] if len(shapes) == 1 else shape


def _field(schema: Any, name: str, field: Any, place: str = "") -> str:
    shape = field.get("schema", {})
    words = field.get("description") or shape.get("description") or ""
    optional = "" if field.get("required") else ", optional"
    where = f", {place}" if place else ""
    said = f": {' '.join(words.split())}" if words else ""
    return f"- `{name}` ({_type(schema, shape)}{where}{optional}){said}"


def _type(schema: Any, shape: Any) -> str:
    shape = _resolved(schema, shape)
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"])
    if any_of := shape.get("oneOf") or shape.get("anyOf") or shape.get("allOf"):
        return " or ".join(dict.fromkeys(_type(schema, one) for one in any_of))
    if shape.get("type") == "array":
        return f"list of {_type(schema, shape.get('items', {}))}"
    kinds = shape.get("type", "object")
    word = " or ".join(kinds) if isinstance(kinds, list) else kinds
    return f"{word}, {shape['format']}" if "format" in shape else str(word)


def _resolved(schema: Any, shape: Any) -> Any:
    while "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rsplit("/", 1)[-1]]
    return shape


def _events_page() -> str:
    from backend.realtime import events

    lines = [EVENTS_HEAD]
    for name, event in sorted(events.REGISTRY.items()):
        if not name or event.inward:
            continue
        lines += [f"## {name}\n", inspect.cleandoc(event.__doc__ or ""), ""]
        if event.closes:
            lines += [f"The socket then closes with {event.closes}.", ""]
        lines += [
            f"- `{field.name}{'?' if 'absent' in field.metadata else ''}` ({field.type})"
            for field in dataclasses.fields(event)
        ]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
