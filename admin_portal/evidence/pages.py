"""What the staff pages of cases show: the values of their templates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import NotFound as BadCursor
from rest_framework.request import Request

from admin_portal.evidence import axes, files, selectors
from admin_portal.evidence.files import CaseFile
from admin_portal.evidence.forms import QueueFilter, VerdictForm
from admin_portal.evidence.listing import CasePages
from admin_portal.evidence.models import EvidenceChain
from admin_portal.evidence.selectors import Message
from backend.core import clock
from backend.core.errors import NotFound
from backend.core.requests import signed_in
from backend.core.templatetags.money import money
from payouts.dispute_states import BearerOf, Outcome
from payouts.disputes import selectors as disputes
from payouts.disputes.verdicts import Preview
from payouts.models import Dispute

_POTS: Final = {
    "client_wallet": "balance",
    "client_promo": "promotional credit",
    "client_receivable": "debt",
    "reader_pending": "earnings, pending",
    "reader_payable": "earnings, payable",
    "reader_disputed": "frozen share",
    "reader_receivable": "debt",
    "refunds_contra": "fee given back",
    "goodwill": "goodwill",
    "promo_expense": "promotional credit",
}
_TEMPLATES: Final = (
    (
        "The line was weak",
        "The connection was too weak for part of this reading. That part comes back.",
        "The connection was too weak for part of this reading. That part goes back to the client.",
    ),
    (
        "The reader was silent",
        "The reader could not be heard for part of this reading. That part comes back.",
        "You could not be heard for part of this reading. That part goes back to the client.",
    ),
    (
        "Nothing shows a fault",
        "Both lines were good and both of you were there. The reading stands as you paid it.",
        "Both lines were good and both of you were there. The reading stands.",
    ),
)


def queue(request: HttpRequest) -> dict[str, Any]:
    """One page of cases and what waits in each view."""
    form, now = QueueFilter(request.GET), clock.now()
    view, reason = form.wanted()
    pages = CasePages()
    try:
        rows = pages.paginate_queryset(files.queue(view, now=now, reason=reason), Request(request))
    except BadCursor as error:
        raise NotFound("There is no such page.") from error
    waiting = files.counts(now=now)
    return {
        "rows": [_queued(row, now) for row in rows],
        "views": [
            {
                "value": value,
                "label": label,
                "is_here": value == view,
                "waiting": waiting.get(value, 0),
                "query": urlencode(
                    {"view": value, "reason": reason} if reason else {"view": value}
                ),
            }
            for value, label in files.VIEWS.items()
        ],
        "form": form,
        "view": view,
        "reason": reason,
        "next_url": pages.get_next_link(),
    }


def case(request: HttpRequest, case_id: UUID) -> dict[str, Any]:
    """Everything of one case.

    :raises NotFound: there is no such case.
    """
    now = clock.now()
    found = files.file_of(case_id, now=now)
    me = signed_in(request).pk
    return {
        "case": found,
        "age": f"Open {_about(now - found.dispute.opened_at)}",
        "due": _due(found, now),
        "outcomes": _outcomes(found),
        "bearers": BearerOf.choices,
        "templates": _TEMPLATES,
        "is_mine": found.waiting is not None and found.waiting.requested_by_id == me,
        "alone_limit": settings.STAFF_ALONE_MAX_CENTS,
        "page_keys": "admin_portal/evidence/_keys.html",
        **evidence(request, case_id),
    }


def evidence(request: HttpRequest, case_id: UUID, *, revealed: Any = None) -> dict[str, Any]:
    """The drawing, the rows and whether the chain holds; nothing when nothing was sealed."""
    chain = EvidenceChain.objects.filter(case_id=case_id).first()
    if chain is None:
        return {"chain": None}
    words: Mapping[UUID, Message] = revealed or {}
    with_measurements = bool(request.GET.get("measurements"))
    drawing = axes.draw(
        selectors.records_of(case_id),
        begins_at=chain.begins_at,
        ends_at=chain.ends_at,
        revealed=words,
        with_measurements=with_measurements,
    )
    return {
        "chain": chain,
        "verdict_of_chain": selectors.verify(case_id),
        "drawing": drawing,
        "with_measurements": with_measurements,
        "revealed": words,
    }


def previewed(case_id: UUID, form: VerdictForm, found: Mapping[str, Any]) -> dict[str, Any]:
    """What the fragment says: the lines and their sums, or why there are none."""
    dispute = disputes.one_for_staff(case_id)
    preview = found.get("preview")
    return {
        "errors": [str(error) for errors in form.errors.values() for error in errors],
        "refusal": found.get("refusal", ""),
        "preview": preview,
        "label": _label(preview, form) if preview else "Decide",
        "lines": _lines(preview, dispute) if preview else [],
        "sums": _sums(preview, dispute) if preview else [],
    }


def _queued(dispute: Dispute, now: datetime) -> dict[str, Any]:
    waits = dispute.state in ("open", "appealed")
    return {
        "dispute": dispute,
        "number": files.number_of(dispute.pk),
        "age": _about(now - dispute.opened_at),
        "is_late": waits and now > dispute.due_at,
        "due": _due_words(dispute, now) if waits else "",
    }


def _due(found: CaseFile, now: datetime) -> str:
    if not found.n:
        return str(found.dispute.get_state_display())
    return _due_words(found.dispute, now)


def _due_words(dispute: Dispute, now: datetime) -> str:
    if now > dispute.due_at:
        return f"Answer late by {_about(now - dispute.due_at)}"
    return f"Answer due in {_about(dispute.due_at - now)}"


def _about(span: timedelta) -> str:
    """``2 days``, ``5 h`` or ``12 min``."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60} h" if minutes >= 60 else f"{minutes} min"


def _outcomes(found: CaseFile) -> list[tuple[str, str, str]]:
    left = money(found.money.left)
    return [
        (Outcome.REJECT.value, "Reject", "Charges stand"),
        (Outcome.MINUTES.value, "Credit minutes", "Those the evidence supports"),
        (Outcome.FULL.value, "Full credit", f"Everything not yet returned, {left}"),
        (Outcome.CUSTOM.value, "Other amount", f"Up to {left}"),
    ]


def _label(preview: Preview, form: VerdictForm) -> str:
    outcome, cents = form.cleaned_data["outcome"], money(preview.cents)
    asks = "Ask for " if preview.needs_second else ""
    if outcome == Outcome.REJECT:
        return "Reject, charges stand"
    if outcome == Outcome.MINUTES:
        minutes = form.cleaned_data["minutes"]
        return f"{asks or 'Credit '}{minutes} minute{'' if minutes == 1 else 's'}, {cents}"
    return f"{asks or 'Credit '}{cents}"


def _name(owner: str, dispute: Dispute) -> str:
    people = {"client": dispute.client.display_name, "reader": dispute.reader.display_name}
    return people.get(owner, "SoulSeer")


def _pot(owner: str, pot: str, dispute: Dispute) -> str:
    return f"{_name(owner, dispute)}, {_POTS.get(pot, pot.replace('_', ' '))}"


def _lines(preview: Preview, dispute: Dispute) -> list[dict[str, Any]]:
    return [
        {
            "from": _pot(line.debit_owner, line.debit, dispute),
            "to": _pot(line.credit_owner, line.credit, dispute),
            "cents": line.cents,
        }
        for line in preview.lines
    ]


def _sums(preview: Preview, dispute: Dispute) -> list[tuple[str, int]]:
    return [(_name(owner, dispute), cents) for owner, cents in preview.sums_cents.items()]
