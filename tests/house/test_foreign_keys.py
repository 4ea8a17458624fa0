"""Foreign keys respect the floors: import-linter cannot see a key that is named by a string."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model

from tests.house import tree


def _floors() -> list[set[str]]:
    """The layers of import-linter's contract, highest first, siblings together."""
    pyproject = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())
    contracts: list[dict[str, Any]] = pyproject["tool"]["importlinter"]["contracts"]
    (floors,) = [contract for contract in contracts if contract["id"] == "floors"]
    return [set(layer.split(" | ")) for layer in floors["layers"]]


def _floor_of(package: str) -> int | None:
    """How deep an app lies; None for Django's own and other people's."""
    for depth, layer in enumerate(_floors()):
        if package in layer:
            return depth
    return None


def test_every_app_of_ours_has_a_floor() -> None:
    ours = [c.name for c in apps.get_app_configs() if tree.ROOT in _parents(c.path)]

    assert [name for name in ours if _floor_of(name) is None] == []


def test_no_key_points_upwards_or_sideways() -> None:
    wrong = []
    for model in apps.get_models():
        here = model._meta.app_config.name
        for field in model._meta.get_fields():
            target = field.related_model
            if not getattr(field, "concrete", False) or not isinstance(target, type):
                continue
            if target is get_user_model():
                continue  # Django's own way: by AUTH_USER_MODEL, known to no import
            there = target._meta.app_config.name
            depths = _floor_of(here), _floor_of(there)
            if None in depths or here == there:
                continue
            if depths[0] >= depths[1]:  # type: ignore[operator]
                wrong.append(f"{model._meta.label}.{field.name} -> {target._meta.label}")

    assert wrong == []


def _parents(path: str) -> list[Path]:
    location = Path(path)
    return [] if ".venv" in location.parts else list(location.parents)
