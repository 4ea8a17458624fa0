"""Nobody makes this server call an address of their choice."""

from __future__ import annotations

import ast
from typing import Final

from django.apps import apps
from django.db import models
from drf_spectacular.generators import SchemaGenerator

from tests.house import tree

CLIENTS: Final = {"httpx", "requests", "urllib3", "aiohttp", "urllib.request", "http.client"}
# Each calls addresses of ours alone, read from settings or from what our own processes post.
MAY_CALL: Final = {
    "backend/core/documents.py": "files of our static folder and nothing else",
    "live/engine/cascade.py": "an engine process that is named in Valkey by itself",
}
# Written by us from what Stripe answered, and only ever shown as a link.
ADDRESSES_OF_STRIPE: Final = {"TopUp.checkout_url", "CardSetup.checkout_url"}


def test_only_adapters_can_call_out() -> None:
    calling = set()
    for path in tree.python_files(tests=False):
        name = tree.named(path)
        outside = name.startswith(
            ("bench/", "demo_readers/", "scripts/", "deploy/", "backend/stripe")
        )
        if outside or "/adapters/" in name:
            continue
        if _imported(tree.parsed(path)) & CLIENTS:
            calling.add(name)

    assert calling - set(MAY_CALL) == set()


def test_no_door_takes_an_address() -> None:
    schema = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    asked = {
        f"{path}: {name}"
        for path, item in schema["paths"].items()
        for operation in item.values()
        if isinstance(operation, dict)
        for name, kind in _fields(schema, operation).items()
        if kind.get("format") == "uri" or name.endswith("url")
    }
    kept = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in {app.label for app in apps.get_app_configs()}
        for field in model._meta.fields
        if isinstance(field, models.URLField)
    }

    assert asked == set()
    assert kept == ADDRESSES_OF_STRIPE


def _imported(module: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def _fields(schema: dict[str, object], operation: dict[str, object]) -> dict[str, dict[str, str]]:
    """The fields of the bodies that an operation takes."""
    found: dict[str, dict[str, str]] = {}
    body: dict[str, dict[str, dict[str, dict[str, str]]]] = operation.get("requestBody", {})  # type: ignore[assignment]
    components: dict[str, dict[str, dict[str, dict[str, dict[str, str]]]]] = schema["components"]  # type: ignore[assignment]
    for content in body.get("content", {}).values():
        name = content["schema"].get("$ref", "").rpartition("/")[2]
        found |= components["schemas"].get(name, {}).get("properties", {})
    return found
