"""What both sides and staff are told about a case."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from backend.notifications.services import notify, notify_staff
from payouts.disputes import selectors, words
from payouts.models import Dispute


def opened(*, dispute_id: UUID, at: datetime) -> None:
    """A case was opened: the client, the reader, staff."""
    dispute = selectors.one_for_staff(dispute_id)
    _tell(dispute, "client", words.opened_to_client(dispute.due_at), at)
    _tell(dispute, "reader", words.opened_to_reader(dispute.frozen_cents), at)
    _tell_staff(dispute, "A case was opened", at)


def decided(*, dispute_id: UUID, n: int, at: datetime) -> None:
    """A case was decided: each side reads its own words."""
    dispute = selectors.one_for_staff(dispute_id)
    decision = dispute.decisions.get(n=n)
    title = "Your case is decided" if n == 1 else "Your appeal is decided"
    _tell(dispute, "client", (title, decision.words_to_client), at)
    title = "A case about your reading is decided"
    _tell(dispute, "reader", (title, decision.words_to_reader), at)


def appealed(*, dispute_id: UUID, at: datetime) -> None:
    """One side appealed: the other one and staff hear of it."""
    dispute = selectors.one_for_staff(dispute_id)
    other = "reader" if dispute.appealed_by == "client" else "client"
    _tell(dispute, other, words.appealed_to_other(dispute.due_at), at)
    _tell_staff(dispute, "A case was appealed", at)


def _tell(dispute: Dispute, side: str, said: tuple[str, str], at: datetime) -> None:
    person = dispute.client if side == "client" else dispute.reader
    title, body = said
    url = f"/disputes/{dispute.pk}/"
    notify(user_id=person.pk, kind="dispute", title=title, body=body, url=url, at=at)


def _tell_staff(dispute: Dispute, title: str, at: datetime) -> None:
    body = f"{dispute.get_reason_code_display()}. {words.answer_by(dispute.due_at)}"
    notify_staff(title=title, body=body, url=f"/staff/disputes/{dispute.pk}/", at=at)
