"""The hosted pages of a payment: pay, 3-D Secure. Plain HTML."""

from __future__ import annotations

from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.stripe_sandbox import curious, happenings, onboarding
from backend.stripe_sandbox.acts import agendas, checkouts
from backend.stripe_sandbox.cards import CARDS
from backend.stripe_sandbox.rendering import FOLDER, gone, money, notice, screen
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World


def routes(world: World) -> list[Route]:
    """Every page."""
    pages = Pages(world)
    return [
        Route("/look.css", pages.look),
        Route("/pay/{session}", pages.pay, methods=["GET", "POST"]),
        Route("/3ds/{intent}", pages.bank, methods=["GET", "POST"]),
        *onboarding.routes(world),
        *curious.routes(world),
    ]


class Pages:
    """The pages of one sandbox."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def look(self, request: Request) -> Response:
        """The one style sheet."""
        return Response((FOLDER / "look.css").read_text(), media_type="text/css")

    async def pay(self, request: Request) -> Response:
        """GET and POST /pay/{cs}: the card form."""
        session = self.world.store.get(request.path_params["session"], "checkout.session")
        if session is None:
            return gone("No such payment", "This address belongs to no payment.", 404)
        agendas.run_due(self.world)
        session = self.world.need("checkout.session", session["id"])
        if session["status"] == "complete":
            return RedirectResponse(_back(session), 303)
        if session["status"] != "open":
            return gone("This page has expired", "Nothing was charged. Start again in SoulSeer.")
        if request.method == "GET":
            return self._form(session, "")
        form = await request.form()
        with self.world.store.transaction():
            intent = checkouts.pay(self.world, session, str(form.get("number", "")))
        if intent["status"] == "requires_action":
            return RedirectResponse(intent["next_action"]["redirect_to_url"]["url"], 303)
        failure = _failure(intent)
        if failure:
            return self._form(session, failure["message"], 402)
        return RedirectResponse(_back(session), 303)

    def _form(self, session: Body, refusal: str, status: int = 200) -> Response:
        rows = "".join(
            f"<li><code>{card.number[:4]} {card.number[4:8]} {card.number[8:12]} "
            f"{card.number[12:]}</code> <span>{escape(card.title)}</span></li>"
            for card in CARDS.values()
        )
        cancel = session["cancel_url"]
        saves = session["mode"] == "setup"
        amount = "" if saves else money(session["amount_total"], session["currency"])
        return screen(
            "pay",
            status,
            amount=amount or "No charge today",
            button="Save this card" if saves else f"Pay {amount}",
            title=escape(session["sandbox_title"]),
            notice=notice(f"{refusal} Nothing was charged. Try another card.") if refusal else "",
            cards=rows,
            cancel=f'<a class="quiet" href="{escape(cancel)}">Go back, pay nothing</a>'
            if cancel
            else "",
        )

    async def bank(self, request: Request) -> Response:
        """GET and POST /3ds/{pi or seti}: the bank asks whether it is you."""
        intent = self.world.store.get(request.path_params["intent"])
        if intent is None or intent.get("status") != "requires_action":
            return gone("Nothing is waiting here", "The bank has its answer already.")
        session = checkouts.session_of(self.world, intent["id"])
        back = intent["next_action"]["redirect_to_url"]["return_url"]
        if request.method == "GET":
            saves = intent["object"] == "setup_intent"
            amount = "" if saves else money(intent["amount"], intent["currency"])
            text = "your consent to use this card later" if saves else amount
            return screen("bank", amount=text, button="" if saves else f", pay {amount}")
        approved = (await request.form()).get("answer") == "approve"
        with self.world.store.transaction():
            happenings.approve(self.world, intent, approved=approved)
        failure = _failure(intent)
        if session and failure:
            return self._form(session, failure["message"], 402)
        if session:
            return RedirectResponse(_back(session), 303)
        return RedirectResponse(back, 303) if back else gone("Done", "You can close this.", 200)


def _failure(intent: Body) -> Body | None:
    field = "last_setup_error" if intent["object"] == "setup_intent" else "last_payment_error"
    found: Body | None = intent[field]
    return found


def _back(session: Body) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])
