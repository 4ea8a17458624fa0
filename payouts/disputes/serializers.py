"""The shapes of cases on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from backend.accounts.models import User
from payouts.dispute_states import BearerOf, DisputeState, Outcome, ReasonCode
from payouts.disputes import selectors
from payouts.models import Dispute
from payouts.models.disputes import TEXT_CHARS_MAX

SIDES = ["client", "reader"]


class TextInput(serializers.Serializer[None]):
    """What one side says."""

    text = serializers.CharField(max_length=TEXT_CHARS_MAX)


class OpenInput(TextInput):
    """What a client says went wrong."""

    reason_code = serializers.ChoiceField(ReasonCode.choices)


class StatementOutput(serializers.Serializer[Any]):
    """What one side added; ``is_appeal``: why it does not accept the decision."""

    id = serializers.UUIDField()
    side = serializers.ChoiceField(SIDES)
    text = serializers.CharField()
    is_appeal = serializers.BooleanField()
    at = serializers.DateTimeField()


class DecisionOutput(serializers.Serializer[Any]):
    """A decision, in the words that were written for the caller's side."""

    n = serializers.IntegerField()
    outcome = serializers.ChoiceField(Outcome.choices)
    cents = serializers.IntegerField()
    minutes = serializers.IntegerField(allow_null=True)
    bearer = serializers.ChoiceField(BearerOf.choices)
    words = serializers.CharField()
    at = serializers.DateTimeField()


class DisputeOutput(serializers.Serializer[Any]):
    """One case, as one of its sides sees it.

    ``frozen_cents``: of the reader's earnings; only the reader is told how much.
    """

    id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    side = serializers.ChoiceField(SIDES)
    other_name = serializers.CharField()
    reason_code = serializers.ChoiceField(ReasonCode.choices)
    text = serializers.CharField()
    state = serializers.ChoiceField(DisputeState.choices)
    version = serializers.IntegerField()
    opened_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField()
    appeal_until = serializers.DateTimeField(allow_null=True)
    gross_cents = serializers.IntegerField()
    frozen_cents = serializers.IntegerField(allow_null=True)
    currency = serializers.CharField()
    may_add = serializers.BooleanField()
    may_appeal = serializers.BooleanField()
    url = serializers.CharField()
    receipt_url = serializers.CharField()


class DisputeDetailOutput(DisputeOutput):
    """One case with all that was said and decided."""

    statements = StatementOutput(many=True)
    decisions = DecisionOutput(many=True)


class DisputePage(serializers.Serializer[Any]):
    """A page of cases."""

    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    results = DisputeOutput(many=True)


def shown(dispute: Dispute, user: User, *, now: datetime) -> dict[str, Any]:
    """``dispute`` for ``user``, in the shape of ``DisputeOutput``."""
    side = dispute.side_of(user.pk)
    other = dispute.reader if side == "client" else dispute.client
    return {
        "id": dispute.pk,
        "session_id": dispute.session_id,
        "side": side,
        "other_name": other.display_name,
        "reason_code": dispute.reason_code,
        "text": dispute.text,
        "state": dispute.state,
        "version": dispute.version,
        "opened_at": dispute.opened_at,
        "due_at": dispute.due_at,
        "appeal_until": dispute.appeal_until,
        "gross_cents": dispute.gross_cents,
        "frozen_cents": dispute.frozen_cents if side == "reader" else None,
        "currency": selectors.CURRENCY,
        "may_add": selectors.may_add(dispute),
        "may_appeal": selectors.may_appeal(dispute, now=now),
        "url": f"/disputes/{dispute.pk}/",
        "receipt_url": f"/sessions/{dispute.session_id}/receipt/",
    }


def detailed(dispute: Dispute, user: User, *, now: datetime) -> dict[str, Any]:
    """``dispute`` with statements and decisions, in the shape of ``DisputeDetailOutput``."""
    return {
        **shown(dispute, user, now=now),
        "statements": StatementOutput(dispute.statements.all(), many=True).data,
        "decisions": [
            {
                "n": decision.n,
                "outcome": decision.outcome,
                "cents": decision.cents,
                "minutes": decision.minutes,
                "bearer": decision.bearer,
                "words": decision.words_to(dispute.side_of(user.pk)),
                "at": decision.at,
            }
            for decision in dispute.decisions.all()
        ],
    }
