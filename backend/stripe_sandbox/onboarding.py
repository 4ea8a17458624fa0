"""The connected account's own pages: giving what is due, and seeing what was paid.

A link from the API opens once. Opening it leads to a page with an address of its own, which lives
an hour; a link that was opened before, or is too old, leads to its ``refresh_url``, as at Stripe.
"""

from __future__ import annotations

from datetime import UTC, datetime
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.stripe_sandbox.acts import accounts, agendas, balances, requirements
from backend.stripe_sandbox.rendering import gone, money, screen
from backend.stripe_sandbox.store import Body, Page
from backend.stripe_sandbox.world import World

RUN_SECONDS = 3600
_ROWS_MAX = 50
Facts = dict[str, Any]


def routes(world: World) -> list[Route]:
    """The account's pages."""
    pages = Onboarding(world)
    return [
        Route("/onboard/{token}", pages.enter),
        Route("/onboarding/{run}", pages.answer, methods=["GET", "POST"]),
        Route("/express/{token}", pages.express),
    ]


class Onboarding:
    """The pages of connected accounts."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def enter(self, request: Request) -> Response:
        """GET /onboard/{token}: use up the link."""
        token = request.path_params["token"]
        facts: Facts | None = self.world.store.fact(f"onboarding:{token}")
        if facts is None:
            return gone("No such page", "Ask SoulSeer for a new link.", 404)
        if facts.get("used") or facts["expires"] <= self.world.now():
            return RedirectResponse(facts["refresh_url"], 303)
        with self.world.store.transaction():
            run = self.world.new_id("x", 32)[2:]
            until = self.world.now() + RUN_SECONDS
            self.world.store.remember(f"onboarding:{token}", {**facts, "used": True})
            self.world.store.remember(f"run:{run}", {**facts, "expires": until})
        return RedirectResponse(f"/onboarding/{run}", 303)

    async def answer(self, request: Request) -> Response:
        """GET and POST /onboarding/{run}: give what is due, or some of it, or leave."""
        run = request.path_params["run"]
        facts: Facts | None = self.world.store.fact(f"run:{run}")
        if facts is None or facts["expires"] <= self.world.now():
            return gone("This page has expired", "Ask SoulSeer for a new link.")
        agendas.run_due(self.world)
        account = self.world.need("account", facts["account"])
        if request.method == "GET":
            return _form(account)
        form = await request.form()
        given = [str(name) for name in form.getlist("given")]
        with self.world.store.transaction():
            self._take(account, str(form.get("answer", "")), given)
            self.world.store.remember(f"run:{run}", None)
            self._tell(account, facts)
        back = facts["return_url"]
        return RedirectResponse(back, 303) if back else gone("Done", "You can close this.", 200)

    def _take(self, account: Body, answer: str, given: list[str]) -> None:
        everything = [due["field"] for due in account["sandbox_due"]]
        if answer == "check":
            requirements.verify(account, everything)
        elif answer in ("complete", "some"):
            requirements.remove(account, everything if answer == "complete" else given)
        accounts.changed(self.world, account)

    def _tell(self, account: Body, facts: Facts) -> None:
        if account["sandbox_core"]:
            said = {
                "account_id": account["id"],
                "configurations": account["sandbox_core"]["applied"],
                "use_case": facts["use_case"],
            }
            self.world.tell("v2.core.account_link.returned", account["id"], said)

    async def express(self, request: Request) -> Response:
        """GET /express/{token}: the balance of a connected account, and its movements."""
        facts: Facts | None = self.world.store.fact(f"login:{request.path_params['token']}")
        if facts is None:
            return gone("No such page", "Ask SoulSeer for a new link.", 404)
        account = self.world.need("account", facts["account"])
        currency, owner = account["default_currency"], account["id"]
        with self.world.store.transaction():
            ready = balances.available(self.world, currency, owner)
        wanted = Page(account=owner, limit=_ROWS_MAX)
        found, _ = self.world.store.page("balance_transaction", wanted)
        return screen(
            "express",
            account=escape(owner),
            balance=money(ready, currency),
            rows="".join(_row(one) for one in found) or "<tr><td colspan='3'>None yet.</td></tr>",
        )


def _form(account: Body) -> Response:
    items = "".join(
        f"<label><input type='checkbox' name='given' value='{escape(due['field'])}' checked>"
        f"{escape(requirements.FIELDS[due['field']].title)}</label>"
        for due in account["sandbox_due"]
    )
    legend = "Stripe still needs" if items else "Nothing is missing"
    return screen("onboard", account=escape(account["id"]), due=items, legend=legend)


def _row(transaction: Body) -> str:
    day = datetime.fromtimestamp(transaction["created"], UTC).strftime("%d %b %Y")
    sign = "-" if transaction["net"] < 0 else ""
    amount = sign + money(abs(transaction["net"]), transaction["currency"])
    return f"<tr><td>{day}</td><td>{escape(transaction['type'])}</td><td>{amount}</td></tr>"
