"""Reading requests: form bodies with brackets, checked strictly against what is accepted.

A specification is a dict of names to kinds; a kind is ``str``, ``int``, ``bool``, ``MAP`` (free
keys with text values), ``Many(kind)``, a nested specification, or ``OneOf("a", "b")``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import parse_qsl

from backend.stripe_sandbox.errors import malformed


@dataclass(frozen=True)
class Many:
    """A list of ``kind``."""

    kind: Any


class OneOf(tuple[str, ...]):
    """Text that must be one of these words."""

    __slots__ = ()

    def __new__(cls, *words: str) -> Self:
        return super().__new__(cls, words)


@dataclass(frozen=True)
class Either:
    """A plain value of ``plain``, or a nested specification."""

    plain: Any
    nested: dict[str, Any]


MAP = object()
CREATED = Either(int, {"gt": int, "gte": int, "lt": int, "lte": int})
_WHOLE = re.compile(r"-?[0-9]{1,18}")
_METADATA_KEYS_MAX, _METADATA_KEY_CHARS, _METADATA_VALUE_CHARS = 50, 40, 500


def decode(text: str) -> dict[str, Any]:
    """``a[b][0]=1&a[b][1]=2`` -> ``{"a": {"b": {"0": "1", "1": "2"}}}``.

    :raises ApiError: 400, the brackets do not fit together.
    """
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=2000):
        steps = [step for step in re.split(r"\[|\]\[|\]", name) if step] or [name]
        if name.endswith("[]"):
            steps.append("")
        node = tree
        for step in steps[:-1]:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise malformed(f"Invalid object: {name}", name, "parameter_invalid")
        last = steps[-1] or str(len(node))
        node[last] = value
    return tree


def decode_json(text: str) -> dict[str, Any]:
    """The body of the second API.

    :raises ApiError: 400, it is not a JSON object.
    """
    try:
        body = json.loads(text or "{}")
    except ValueError as error:
        raise malformed(f"Invalid JSON: {error}", "", "invalid_json") from error
    if not isinstance(body, dict):
        raise malformed("Send a JSON object.", "", "invalid_json")
    return body


def check(raw: Any, spec: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """The typed parameters.

    :raises ApiError: 400 with ``parameter_unknown``, ``parameter_missing`` or an invalid value.
    """
    checked = _object(raw, spec, "")
    for name in required:
        if _dig(checked, name) in (None, ""):
            shown = _brackets(name.split("."))
            raise malformed(f"Missing required param: {shown}.", shown, "parameter_missing")
    return checked


def _object(raw: Any, spec: dict[str, Any], path: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise malformed(f"Invalid object: {path}", path, "parameter_invalid")
    for name in raw:
        if name not in spec:
            shown = _under(path, name)
            raise malformed(f"Received unknown parameter: {shown}", shown, "parameter_unknown")
    return {name: _value(value, spec[name], _under(path, name)) for name, value in raw.items()}


def _value(raw: Any, kind: Any, path: str) -> Any:
    if isinstance(kind, Either):
        inner = kind.nested if isinstance(raw, dict) else kind.plain
        return _value(raw, inner, path)
    if isinstance(kind, dict):
        return _object(raw, kind, path)
    if isinstance(kind, Many):
        return [_value(item, kind.kind, path) for item in _items(raw, path)]
    if kind is MAP:
        return _map(raw, path)
    if isinstance(raw, dict | list):
        raise malformed(f"Invalid string: {path}", path, "parameter_invalid_string")
    return _plain(raw, kind, path)


def _plain(raw: Any, kind: Any, path: str) -> Any:
    if kind is bool:
        if raw in (True, False):
            return raw
        if raw not in ("true", "false"):
            raise malformed(f"Invalid boolean: {raw}", path, "parameter_invalid_boolean")
        return raw == "true"
    if kind is int:
        if isinstance(raw, bool) or not _WHOLE.fullmatch(str(raw)):
            raise malformed(f"Invalid integer: {raw}", path, "parameter_invalid_integer")
        return int(raw)
    if not isinstance(raw, str):
        raise malformed(f"Invalid string: {path}", path, "parameter_invalid_string")
    if isinstance(kind, OneOf) and raw not in kind:
        raise malformed(
            f"Invalid {path}: must be one of {', '.join(kind)}", path, "parameter_invalid"
        )
    return raw


def _items(raw: Any, path: str) -> Iterator[Any]:
    if isinstance(raw, list):
        yield from raw
    elif isinstance(raw, dict) and all(key.isdigit() for key in raw):
        yield from (raw[key] for key in sorted(raw, key=int))
    else:
        raise malformed(f"Invalid array: {path}", path, "parameter_invalid")


def _map(raw: Any, path: str) -> dict[str, str]:
    if raw == "":
        return {}
    if not isinstance(raw, dict) or any(isinstance(value, dict | list) for value in raw.values()):
        raise malformed(f"Invalid hash: {path}", path, "parameter_invalid")
    too_long = any(
        len(key) > _METADATA_KEY_CHARS or len(str(value)) > _METADATA_VALUE_CHARS
        for key, value in raw.items()
    )
    if too_long or len(raw) > _METADATA_KEYS_MAX:
        raise malformed(f"{path} is too large.", path, "parameter_invalid")
    return {key: "" if value is None else str(value) for key, value in raw.items()}


def _under(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _brackets(steps: list[str]) -> str:
    return steps[0] + "".join(f"[{step}]" for step in steps[1:])


def _dig(checked: dict[str, Any], name: str) -> Any:
    found: Any = checked
    for step in name.split("."):
        if not isinstance(found, dict) or step not in found:
            return None
        found = found[step]
    return found
