"""The processes that the compose files name, run as they say, on this machine.

Read are the files themselves: their commands, their environment, how many of each. What a
container gives (an address of its own, a database, a Redis) is given here instead.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import yaml

from scripts.surroundings import ROOT

FILES: Final = ("docker-compose.yml", "docker-compose.two.yml")
_ASKED: Final = re.compile(r"\$\{(?P<name>[A-Z_]+)(?::(?P<how>[-?])(?P<rest>[^{}]*))?\}")
Service = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML with Compose's own tags."""


class Override(list[Any]):
    """A list that takes the place of the one before, instead of being added to it."""


def _override(loader: yaml.SafeLoader, node: yaml.SequenceNode) -> Override:
    return Override(loader.construct_sequence(node, deep=True))


_Loader.add_constructor("!override", _override)


def services(*files: str) -> dict[str, Service]:
    """Every service of these files together, as Compose would merge them."""
    found: dict[str, Service] = {}
    for file in files or FILES:
        read = yaml.load((ROOT / file).read_text(), _Loader)
        for name, service in read["services"].items():
            base = found.get(name, {})
            if extended := service.pop("extends", None):
                base = services(extended["file"])[extended["service"]]
            found[name] = _merged(base, service)
    return found


def environment(service: Service, given: Mapping[str, str]) -> dict[str, str]:
    """A service's environment, with ``${…}`` filled in from ``given``.

    :raises KeyError: a variable that the file insists on is not given.
    """
    return {name: _filled(str(value), given) for name, value in service["environment"].items()}


def _filled(text: str, given: Mapping[str, str]) -> str:
    def value(asked: re.Match[str]) -> str:
        known = given.get(asked["name"], "")
        if not known and asked["how"] == "?":
            raise KeyError(asked["name"])
        return known or (asked["rest"] or "" if asked["how"] == "-" else "")

    while (filled := _ASKED.sub(value, text)) != text:
        text = filled
    return text


def _merged(base: Any, over: Any) -> Any:
    """Maps are merged, lists added, everything else replaced; ``command`` is replaced too."""
    if isinstance(base, dict) and isinstance(over, dict):
        both = {name: _merged(base[name], over[name]) for name in base.keys() & over.keys()}
        if "command" in both:
            both["command"] = over["command"]
        return base | over | both
    if isinstance(base, list) and isinstance(over, list) and not isinstance(over, Override):
        return [*base, *over]
    return over
