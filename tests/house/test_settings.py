"""Every variable that the settings read stands in .env.example, and nothing else does."""

from __future__ import annotations

import ast
import re

from tests.house import tree

READERS = {"str", "int", "bool", "list", "float", "db_url", "email_url"}
# Read by the set-up and the process table, not by the settings.
OF_THE_SETUP = {
    *("HOST", "DOMAIN", "ACME_EMAIL", "POSTGRES_PASSWORD", "TURN_REALM", "TURN_EXTERNAL_IP"),
    *("WEB_REPLICAS", "WEB_WORKERS", "WEB_THREADS", "SOCKETS_REPLICAS", "WORKER_REPLICAS"),
    *("WORKER_THREADS", "WORKER_QUEUES", "LISTEN_HOST", "LISTEN_PORT"),
}


def _read() -> set[str]:
    found = set()
    for path in (tree.ROOT / "backend" / "config").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.args[0]
            reads = isinstance(node.func, ast.Attribute) and node.func.attr in READERS
            if reads and isinstance(name, ast.Constant) and isinstance(name.value, str):
                found.add(name.value)
    return {name for name in found if re.fullmatch(r"[A-Z][A-Z0-9_]+", name)}


def test_the_example_names_every_variable() -> None:
    example = (tree.ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]+)=", example, flags=re.MULTILINE))

    assert _read() - named == set()
    assert named - _read() - OF_THE_SETUP == set()
