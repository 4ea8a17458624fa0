"""The API, one line per endpoint: what it accepts and which act answers.

The lines are in ``endpoints_payments``, ``endpoints_money`` and ``endpoints_connect``. Anything
not listed is refused. ``tests/backend/stripe_sandbox`` checks every parameter against the SDK's
own types. (``POST /v1/files`` is not a line: it takes a form with a file, see ``api``.)
"""

from __future__ import annotations

from collections import defaultdict

from backend.stripe_sandbox.endpoints_connect import CONNECT, CORE
from backend.stripe_sandbox.endpoints_money import MONEY
from backend.stripe_sandbox.endpoints_payments import PAYMENTS
from backend.stripe_sandbox.routing import Endpoint

ENDPOINTS: list[Endpoint] = [*PAYMENTS, *MONEY, *CONNECT, *CORE]
_BY_SHAPE: dict[tuple[str, int], list[Endpoint]] = defaultdict(list)
for _endpoint in ENDPOINTS:
    _BY_SHAPE[_endpoint.method, _endpoint.path.count("/")].append(_endpoint)


def find(method: str, path: str) -> tuple[Endpoint, dict[str, str]] | None:
    """The endpoint for a request, with the named parts of its path."""
    for endpoint in _BY_SHAPE[method, path.count("/")]:
        parts = endpoint.match(path)
        if parts is not None:
            return endpoint, parts
    return None
