"""Documents to keep: an HTML template set as a PDF (statements, evidence packs).

WeasyPrint sets the type with Pango, a library of the system. It is loaded on first use, so that
everything else runs on a machine without it. A template extends ``documents/base.html``; it may
name files of our own static folder and nothing else, by an address relative to it
(``img/mark.svg``): whatever text of people stands in a document, setting it opens no other file
and no connection.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import structlog
from django.conf import settings
from django.template.loader import render_to_string

from backend.core.errors import Unavailable

log = structlog.get_logger(__name__)


class DocumentsUnavailable(Unavailable):
    """This machine has no Pango, so no PDF can be made on it."""

    code, title = "documents_unavailable", "PDFs cannot be made here at the moment"


class NotOurs(ValueError):
    """A document named a file outside the static folder, or another site."""


def pdf(template: str, context: dict[str, Any]) -> bytes:
    """Render ``template`` and set it as a PDF.

    Takes about 0.2 s and some 5 ms a table row, of one core: callers bound their rows.
    :raises DocumentsUnavailable: Pango is missing on this machine.
    """
    html = render_to_string(template, context)
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher
    except OSError as error:
        log.exception("pango_is_missing")
        raise DocumentsUnavailable(
            "This machine has no Pango. Ask an operator to install it; a CSV can be had meanwhile."
        ) from error

    class OurFiles(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            return super().fetch(_ours(url), headers)

    made: bytes = weasyprint.HTML(
        string=html, base_url=f"{_home().as_uri()}/", url_fetcher=OurFiles()
    ).write_pdf()
    return made


def _home() -> Path:
    return Path(settings.STATICFILES_DIRS[0]).resolve()


def _ours(url: str) -> str:
    """``url`` itself, if it names a file of the static folder.

    :raises NotOurs: it does not.
    """
    parts = urlsplit(url)
    path = Path(url2pathname(parts.path)).resolve()
    if parts.scheme != "file" or parts.netloc or not path.is_relative_to(_home()):
        raise NotOurs(url[:200])
    return url


# It warns of every CSS property that it does not know, and of fonts that were not fetched.
logging.getLogger("weasyprint").setLevel(logging.ERROR)
logging.getLogger("fontTools").setLevel(logging.ERROR)
