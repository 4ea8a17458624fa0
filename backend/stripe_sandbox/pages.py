"""The hosted pages: pay, 3-D Secure, onboarding, and the list for the curious. Plain HTML."""

from __future__ import annotations

from html import escape
from pathlib import Path
from string import Template
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from backend.stripe_sandbox import controls
from backend.stripe_sandbox.acts import accounts, agendas, checkouts
from backend.stripe_sandbox.cards import CARDS
from backend.stripe_sandbox.errors import ApiError
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

_FOLDER = Path(__file__).parent / "screens"
_LISTED = (
    "checkout.session",
    "payment_intent",
    "charge",
    "refund",
    "balance_transaction",
    "transfer",
    "account",
    "event",
)
_ROWS_MAX = 25


def routes(world: World) -> list[Route]:
    """Every page."""
    pages = Pages(world)
    return [
        Route("/look.css", pages.look),
        Route("/pay/{session}", pages.pay, methods=["GET", "POST"]),
        Route("/3ds/{intent}", pages.bank, methods=["GET", "POST"]),
        Route("/onboard/{token}", pages.onboard, methods=["GET", "POST"]),
        Route("/_admin", pages.admin),
        Route("/_admin/{event}/redeliver", pages.redeliver, methods=["POST"]),
    ]


def money(cents: int, currency: str) -> str:
    """``2000, "usd"`` -> ``$20.00``."""
    sign = {"usd": "$", "eur": "€", "gbp": "£"}.get(currency, currency.upper() + " ")
    return f"{sign}{cents // 100:,}.{cents % 100:02d}"


def _screen(name: str, status: int = 200, **values: str) -> HTMLResponse:
    body = Template((_FOLDER / f"{name}.html").read_text()).substitute(values)
    frame = Template((_FOLDER / "frame.html").read_text())
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:",
    }
    return HTMLResponse(frame.substitute(body=body), status, headers)


def _notice(text: str) -> str:
    return f'<p class="notice" role="alert"><b aria-hidden="true">!</b> {escape(text)}</p>'


def _gone(title: str, text: str, status: int = 410) -> Response:
    return _screen("message", status, title=escape(title), text=escape(text))


class Pages:
    """The pages of one sandbox."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def look(self, request: Request) -> Response:
        """The one style sheet."""
        return Response((_FOLDER / "look.css").read_text(), media_type="text/css")

    async def pay(self, request: Request) -> Response:
        """GET and POST /pay/{cs}: the card form."""
        session = self.world.store.get(request.path_params["session"], "checkout.session")
        if session is None:
            return _gone("No such payment", "This address belongs to no payment.", 404)
        agendas.run_due(self.world)
        session = self.world.need("checkout.session", session["id"])
        if session["status"] == "complete":
            return RedirectResponse(_back(session), 303)
        if session["status"] != "open":
            return _gone("This page has expired", "Nothing was charged. Start again in SoulSeer.")
        if request.method == "GET":
            return self._form(session, "")
        form = await request.form()
        with self.world.store.transaction():
            intent = checkouts.pay(self.world, session, str(form.get("number", "")))
        if intent["status"] == "requires_action":
            return RedirectResponse(intent["next_action"]["redirect_to_url"]["url"], 303)
        if intent["last_payment_error"]:
            return self._form(session, intent["last_payment_error"]["message"], 402)
        return RedirectResponse(_back(session), 303)

    def _form(self, session: Body, refusal: str, status: int = 200) -> Response:
        rows = "".join(
            f"<li><code>{card.number[:4]} {card.number[4:8]} {card.number[8:12]} "
            f"{card.number[12:]}</code> <span>{escape(card.title)}</span></li>"
            for card in CARDS.values()
        )
        cancel = session["cancel_url"]
        return _screen(
            "pay",
            status,
            amount=money(session["amount_total"], session["currency"]),
            title=escape(session["sandbox_title"]),
            notice=_notice(f"{refusal} Nothing was charged. Try another card.") if refusal else "",
            cards=rows,
            cancel=f'<a class="quiet" href="{escape(cancel)}">Go back, pay nothing</a>'
            if cancel
            else "",
        )

    async def bank(self, request: Request) -> Response:
        """GET and POST /3ds/{pi}: the bank asks whether it is you."""
        intent = self.world.store.get(request.path_params["intent"], "payment_intent")
        if intent is None or intent["status"] != "requires_action":
            return _gone("Nothing is waiting here", "The bank has its answer already.")
        session = checkouts.session_of(self.world, intent["id"])
        back = intent["next_action"]["redirect_to_url"]["return_url"]
        if request.method == "GET":
            return _screen("bank", amount=money(intent["amount"], intent["currency"]))
        approved = (await request.form()).get("answer") == "approve"
        with self.world.store.transaction():
            controls.approve(self.world, intent, approved=approved)
        if session and not approved:
            return self._form(session, intent["last_payment_error"]["message"], 402)
        if session:
            return RedirectResponse(_back(session), 303)
        return RedirectResponse(back, 303) if back else _gone("Done", "You can close this.", 200)

    async def onboard(self, request: Request) -> Response:
        """GET and POST /onboard/{token}: a connected account gives what is due."""
        token = request.path_params["token"]
        facts: dict[str, Any] | None = self.world.store.fact(f"onboarding:{token}")
        if not facts:
            return _gone("This link was used", "Ask SoulSeer for a new one.")
        if request.method == "GET":
            return _screen("onboard", account=escape(facts["account"]))
        complete = (await request.form()).get("answer") == "complete"
        with self.world.store.transaction():
            account = self.world.need("account", facts["account"])
            accounts.onboarded(self.world, account, complete=complete)
            self.world.store.remember(f"onboarding:{token}", None)
        return RedirectResponse(facts["return_url"], 303)

    async def admin(self, request: Request) -> Response:
        """GET /_admin: the newest objects of each kind, and how events were delivered."""
        tables = "".join(self._table(kind) for kind in _LISTED)
        return _screen("admin", tables=tables)

    def _table(self, kind: str) -> str:
        rows = ""
        for body, _ in zip(self.world.store.all(kind), range(_ROWS_MAX), strict=False):
            amount = body.get("amount_total", body.get("amount"))
            shown = money(abs(amount), body["currency"]) if amount is not None else ""
            state = str(body.get("status") or body.get("type") or "")
            rows += f"<tr><th scope='row'><code>{escape(body['id'][:34])}</code></th>"
            rows += f"<td>{escape(state)}</td><td>{shown}</td><td>{self._action(body)}</td></tr>"
        empty = "<tr><td colspan='4'>None yet.</td></tr>"
        head = "<thead><tr><th>Id</th><th>State</th><th>Amount</th><th></th></tr></thead>"
        return f"<h2>{escape(kind)}</h2><table>{head}<tbody>{rows or empty}</tbody></table>"

    def _action(self, body: Body) -> str:
        if body["object"] != "event":
            return ""
        action = f"/_admin/{escape(body['id'])}/redeliver"
        return f"<form method='post' action='{action}'><button>Send again</button></form>"

    async def redeliver(self, request: Request) -> Response:
        """POST /_admin/{event}/redeliver."""
        try:
            self.world.queue(self.world.need("event", request.path_params["event"]))
        except ApiError as error:
            return _gone("No such event", str(error), 404)
        return RedirectResponse("/_admin", 303)


def _back(session: Body) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
