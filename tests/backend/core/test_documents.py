from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from backend.core import documents


def test_a_template_becomes_a_pdf_in_our_dress() -> None:
    made = documents.pdf("documents/base.html", {})

    assert made.startswith(b"%PDF-1.")
    assert made.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "file://elsewhere/css/print.css",
        "https://example.com/mark.svg",
        "data:image/png;base64,AAAA",
        "ftp://example.com/x",
        Path(settings.STATICFILES_DIRS[0]).as_uri() + "/../../pyproject.toml",
        Path(settings.STATICFILES_DIRS[0]).as_uri() + "/%2e%2e/base.html",
    ],
)
def test_a_document_opens_no_file_but_ours(address: str) -> None:
    with pytest.raises(documents.NotOurs):
        documents._ours(address)


def test_a_machine_without_pango_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_pango(name: str, *rest: Any, **more: Any) -> Any:
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_pango)

    with pytest.raises(documents.DocumentsUnavailable) as said:
        documents.pdf("documents/base.html", {})
    assert said.value.status == 503
