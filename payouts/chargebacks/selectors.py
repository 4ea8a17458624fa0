"""Questions about bank's disputes and warnings, for staff. Amounts are cents."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, F, QuerySet, Value, When

from backend.core.errors import NotFound
from payouts.chargeback_states import (
    DECIDED,
    TO_ANSWER,
    UNDECIDED_MONEY,
    WITH_THE_BANK,
    WarningState,
)
from payouts.models import Chargeback, PaymentWarning

VIEWS = {"answer": TO_ANSWER, "bank": WITH_THE_BANK, "decided": DECIDED}


def chargebacks(view: str) -> QuerySet[Chargeback]:
    """Disputes to answer (the next due day first), with the bank, or decided (newest first)."""
    found = Chargeback.objects.filter(state__in=VIEWS[view]).select_related("client")
    if view == "answer":
        return found.order_by(F("due_at").asc(nulls_last=True), "id")
    return found.order_by("-state_since", "-id")


def counts() -> dict[str, int]:
    """How many disputes each view holds, and how many warnings are open."""
    held = {
        view: Chargeback.objects.filter(state__in=states).count() for view, states in VIEWS.items()
    }
    return {**held, "warnings": warnings().count()}


def waiting() -> int:
    """How many disputes and warnings want somebody of staff."""
    return Chargeback.objects.filter(state__in=TO_ANSWER).count() + warnings().count()


def chargeback(chargeback_id: UUID) -> Chargeback:
    """One dispute.

    :raises NotFound: there is none.
    """
    found = Chargeback.objects.select_related("client", "answered_by").filter(pk=chargeback_id)
    if (case := found.first()) is None:
        raise NotFound("There is no such dispute.")
    return case


def warnings() -> QuerySet[PaymentWarning]:
    """Warnings that somebody has to look at, oldest first."""
    found = PaymentWarning.objects.filter(state=WarningState.OPEN)
    return found.select_related("client").order_by("id")


def latest_warnings() -> QuerySet[PaymentWarning]:
    """Every warning, the open ones first, then the newest."""
    open_first = Case(When(state=WarningState.OPEN, then=Value(0)), default=Value(1))
    found = PaymentWarning.objects.select_related("client", "decided_by")
    return found.order_by(open_first, "-id")


def warning(warning_id: UUID) -> PaymentWarning:
    """One warning.

    :raises NotFound: there is none.
    """
    found = PaymentWarning.objects.select_related("client", "decided_by").filter(pk=warning_id)
    if (one := found.first()) is None:
        raise NotFound("There is no such warning.")
    return one


def others_of(case: Chargeback) -> QuerySet[Chargeback]:
    """The client's other disputes, newest first."""
    return Chargeback.objects.filter(client=case.client_id).exclude(pk=case.pk).order_by("-id")


def undecided_of(client_id: UUID) -> bool:
    """Whether a bank still has money of this client's payments in its hands."""
    return Chargeback.objects.filter(client=client_id, state__in=UNDECIDED_MONEY).exists()
