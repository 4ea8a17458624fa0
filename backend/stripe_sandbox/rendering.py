"""Rendering of the hosted pages: plain HTML out of ``screens/``, nothing from elsewhere."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template

from starlette.responses import HTMLResponse, Response

FOLDER = Path(__file__).parent / "screens"


def money(cents: int, currency: str) -> str:
    """``2000, "usd"`` -> ``$20.00``."""
    sign = {"usd": "$", "eur": "€", "gbp": "£"}.get(currency, currency.upper() + " ")
    return f"{sign}{cents // 100:,}.{cents % 100:02d}"


def screen(name: str, status: int = 200, **values: str) -> HTMLResponse:
    body = Template((FOLDER / f"{name}.html").read_text()).substitute(values)
    frame = Template((FOLDER / "frame.html").read_text())
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:",
    }
    return HTMLResponse(frame.substitute(body=body), status, headers)


def notice(text: str) -> str:
    return f'<p class="notice" role="alert"><b aria-hidden="true">!</b> {escape(text)}</p>'


def gone(title: str, text: str, status: int = 410) -> Response:
    return screen("message", status, title=escape(title), text=escape(text))
