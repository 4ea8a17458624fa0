"""The list for the curious: everything there is, and buttons that make things happen."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from backend.stripe_sandbox.errors import ApiError
from backend.stripe_sandbox.happenings import HAPPENINGS, happening
from backend.stripe_sandbox.rendering import gone, money, screen
from backend.stripe_sandbox.store import Body
from backend.stripe_sandbox.world import World

_ROWS_MAX = 25
_LISTED = (
    "checkout.session",
    "payment_intent",
    "setup_intent",
    "charge",
    "refund",
    "dispute",
    "radar.early_fraud_warning",
    "review",
    "balance_transaction",
    "account",
    "transfer",
    "payout",
    "event",
    "v2.core.event",
)
_Button = tuple[str, str, dict[str, str]]  # words, happening, what is asked
_BUTTONS: dict[str, tuple[_Button, ...]] = {
    "account": (
        ("Complete", "accounts/{id}/onboard", {"complete": "yes"}),
        ("Ask for a bank", "accounts/{id}/requirements", {"add": "external_account"}),
        ("Reject", "accounts/{id}/reject", {"reason": "fraud"}),
        ("Deauthorise", "accounts/{id}/deauthorize", {}),
    ),
    "charge": (
        ("Dispute", "charges/{id}/dispute", {}),
        ("Inquire", "charges/{id}/dispute", {"inquiry": "yes"}),
        ("Warn of fraud", "charges/{id}/warn", {}),
        ("Review", "charges/{id}/review", {}),
        ("Refund", "charges/{id}/refund", {}),
    ),
    "dispute": (
        ("Won", "disputes/{id}/decide", {"outcome": "won"}),
        ("Lost", "disputes/{id}/decide", {"outcome": "lost"}),
        ("Escalate", "disputes/{id}/decide", {"outcome": "escalated"}),
        ("Close inquiry", "disputes/{id}/decide", {"outcome": "warning_closed"}),
    ),
    "payout": (
        ("Paid", "payouts/{id}/end", {"status": "paid"}),
        ("Fail", "payouts/{id}/end", {"status": "failed"}),
    ),
    "refund": (("Fail", "refunds/{id}/end", {"status": "failed"}),),
    "transfer": (("Take back", "transfers/{id}/reverse", {}),),
}
_TYPED = ("balance_transaction", "event", "v2.core.event")  # its type says more than its status
_MANY = ("add",)  # what is asked as a list


def routes(world: World) -> list[Route]:
    """The page, and one door for each happening's button."""
    pages = Curious(world)
    return [
        Route("/_admin", pages.everything),
        Route("/_admin/events/{event}/redeliver", pages.redeliver, methods=["POST"]),
        *(Route(f"/_admin{path}", pages.button(path), methods=["POST"]) for path in HAPPENINGS),
    ]


class Curious:
    """The curious page of one sandbox."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def everything(self, request: Request) -> Response:
        """GET /_admin: the newest objects of each kind."""
        settle = _form("Settle everything pending now", "balance/settle", {})
        return screen("admin", tables=settle + "".join(self._table(kind) for kind in _LISTED))

    def _table(self, kind: str) -> str:
        rows = ""
        for body, _ in zip(self.world.store.all(kind), range(_ROWS_MAX), strict=False):
            amount = body.get("amount_total", body.get("amount"))
            shown = money(abs(amount), body["currency"]) if amount is not None else ""
            state = str(body.get("type") if kind in _TYPED else body.get("status") or "")
            rows += f"<tr><th scope='row'><code>{escape(body['id'][:34])}</code></th>"
            rows += f"<td>{escape(state)}</td><td>{shown}</td><td>{_actions(kind, body)}</td></tr>"
        empty = "<tr><td colspan='4'>None yet.</td></tr>"
        head = "<thead><tr><th>Id</th><th>State</th><th>Amount</th><th></th></tr></thead>"
        return f"<h2>{escape(kind)}</h2><table>{head}<tbody>{rows or empty}</tbody></table>"

    def button(self, path: str) -> Callable[[Request], Awaitable[Response]]:
        """POST /_admin/{happening}: do it as its control door would."""
        door = happening(self.world, HAPPENINGS[path])

        async def act(request: Request) -> Response:
            form = await request.form()
            asked = {n: [str(v)] if n in _MANY else str(v) for n, v in form.items()}
            try:
                door(asked, dict(request.path_params))
            except ApiError as error:
                return gone("That cannot happen", str(error), 400)
            return RedirectResponse("/_admin", 303)

        return act

    async def redeliver(self, request: Request) -> Response:
        """POST /_admin/events/{event}/redeliver."""
        event = self.world.store.get(request.path_params["event"])
        if event is None or not event["object"].endswith("event"):
            return gone("No such event", "It is not there any more.", 404)
        self.world.queue(event)
        return RedirectResponse("/_admin", 303)


def _actions(kind: str, body: Body) -> str:
    if kind.endswith("event"):
        return _form("Send again", f"events/{body['id']}/redeliver", {})
    buttons = _BUTTONS.get(kind, ())
    return "".join(
        _form(words, path.format(id=body["id"]), asked) for words, path, asked in buttons
    )


def _form(words: str, path: str, asked: dict[str, str]) -> str:
    fields = "".join(
        f"<input type='hidden' name='{escape(name)}' value='{escape(value)}'>"
        for name, value in asked.items()
    )
    button = f"{fields}<button>{escape(words)}</button>"
    return f"<form method='post' action='/_admin/{escape(path)}'>{button}</form>"
