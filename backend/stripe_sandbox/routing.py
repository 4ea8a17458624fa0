"""One door of the API, and how a request finds it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from backend.stripe_sandbox import specs
from backend.stripe_sandbox.acts import lists
from backend.stripe_sandbox.parameters import Many

Act = Callable[..., dict[str, Any]]
CORE = "/v2/"


@cache
def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))


@dataclass(frozen=True)
class Endpoint:
    """One door of the API; ``path`` names its parts in braces."""

    method: str
    path: str
    act: Act
    accepts: dict[str, Any] = field(default_factory=dict)
    required: tuple[str, ...] = ()

    @property
    def spec(self) -> dict[str, Any]:
        """The accepted parameters; every endpoint of the first API but a deletion can expand."""
        if self.method == "DELETE" or self.path.startswith(CORE):
            return self.accepts
        return {**self.accepts, "expand": Many(str)}

    def match(self, path: str) -> dict[str, str] | None:
        """The named parts of ``path`` if this is its endpoint."""
        found = _pattern(self.path).fullmatch(path)
        return found.groupdict() if found else None


def crud(path: str, act: Any, name: str, update: dict[str, Any]) -> list[Endpoint]:
    """Read one and change one."""
    one = f"{path}/{{{name}}}"
    return [Endpoint("GET", one, act.retrieve), Endpoint("POST", one, act.update, update)]


def listing(kind: str, path: str, **filters: Any) -> Endpoint:
    """List objects of ``kind`` whose fields equal the filters."""
    return Endpoint("GET", path, lists.of(kind, path), {**specs.PAGE, **filters})
