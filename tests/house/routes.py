"""Every route of the URLconf, as somebody would type it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

_PARAMETER = re.compile(r"<(?:(?P<converter>[^>:]+):)?(?P<name>\w+)>")
_GROUP = re.compile(r"\(\?P<(?P<name>\w+)>[^)]*\)")


@dataclass(frozen=True)
class Route:
    """``path`` keeps its parameters: ``/api/v1/sessions/<session_id>/``."""

    path: str
    name: str

    @property
    def parameters(self) -> tuple[str, ...]:
        return tuple(re.findall(r"<(\w+)>", self.path))

    def filled(self, values: Mapping[str, Any]) -> str:
        """The path with a value for each parameter.

        :raises KeyError: a parameter nobody gave a value: name one in the world of strangers.
        """
        return re.sub(r"<(\w+)>", lambda found: str(values[found[1]]), self.path)

    def __str__(self) -> str:
        return self.path


@cache
def all_routes() -> tuple[Route, ...]:
    """Every route once, sorted by path."""
    found = {route.path: route for route in _walk(get_resolver().url_patterns, "/")}
    return tuple(found[path] for path in sorted(found))


def _walk(patterns: Any, prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        here = prefix + plain(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, here)
        elif isinstance(pattern, URLPattern):
            yield Route(here, pattern.name or "")


def plain(pattern: Any) -> str:
    """The text of one pattern: ``<uuid:id>`` and ``(?P<id>…)`` both become ``<id>``."""
    if isinstance(pattern, RegexPattern):
        plain = _GROUP.sub(r"<\g<name>>", str(pattern)).strip("^$").replace("\\Z", "")
        return plain.replace("\\/", "/").replace("\\.", ".")
    return _PARAMETER.sub(r"<\g<name>>", str(pattern))
