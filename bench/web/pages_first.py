"""The peer of B10: the ledger as one would list it first, a Paginator over the ORM.

The same server, settings, middleware and rows as ours; mounted as a WSGI entry of its own.
"""

from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.config.settings")
application = get_wsgi_application()

from django.conf import settings  # noqa: E402
from django.core.paginator import Paginator  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

from backend.ledger.models import Movement  # noqa: E402

ROWS = 50
_PAGE = engines["django"].from_string(
    "<table>{% for row in page %}<tr><td>{{ row.get_kind_display }}</td>"
    "<td>{% for line in row.transfers.all %}{{ line.debit_pot.owner.display_name }}"
    "{{ line.credit_pot.owner.display_name }}{% endfor %}</td>"
    "<td>{{ row.key }}</td><td>{{ row.at }}</td><td>{{ row.gross_cents }}</td></tr>{% endfor %}"
    "</table>{{ page.number }} of {{ page.paginator.num_pages }}"
)


def movements(request: HttpRequest) -> HttpResponse:
    """GET /movements/?page=&kind= : newest first."""
    found = Movement.objects.order_by("-at").prefetch_related(
        "transfers__debit_pot__owner", "transfers__credit_pot__owner"
    )
    if kind := request.GET.get("kind"):
        found = found.filter(kind=kind)
    page = Paginator(found, ROWS).get_page(request.GET.get("page"))
    return HttpResponse(_PAGE.render({"page": page}))


urlpatterns = [path("movements/", movements)]
settings.ROOT_URLCONF = "bench.web.pages_first"
