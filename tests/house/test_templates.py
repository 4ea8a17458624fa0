"""Templates keep to the content security policy: nothing inline, nothing from elsewhere."""

from __future__ import annotations

import re
from typing import Final

import pytest

from tests.house import tree

INLINE: Final = {
    "a style attribute": re.compile(r"\sstyle\s*=", re.IGNORECASE),
    "an event attribute": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "a style element": re.compile(r"<style[\s>]", re.IGNORECASE),
    "a script with a body": re.compile(
        r"<script(?![^>]*\bsrc\s*=)(?![^>]*application/json)[^>]*>", re.IGNORECASE
    ),
    "a javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "a script of another site": re.compile(r"<script[^>]*src\s*=\s*[\"']https?:", re.IGNORECASE),
    "safe, which turns escaping off": re.compile(r"(?<!help_text)\|\s*safe\b|autoescape off"),
}
# Mail clients read style attributes and nothing else.
PAGES = [path for path in tree.committed() if path.suffix == ".html" and "emails" not in path.parts]


@pytest.mark.parametrize("what", INLINE)
def test_no_page_has(what: str) -> None:
    assert [tree.named(path) for path in PAGES if INLINE[what].search(path.read_text())] == []
