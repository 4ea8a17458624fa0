"""What the API of cases takes and gives."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from admin_portal.evidence.services.reveals import REASON_CHARS_MAX, REASON_CHARS_MIN
from payouts.dispute_states import BearerOf, Outcome
from payouts.disputes.verdicts import Verdict
from payouts.models import Decision, Dispute, SignatureRequest
from payouts.models import disputes as limits


class CaseOutput(serializers.ModelSerializer[Dispute]):
    """One case in the queue. ``appealed_by``: ``client``, ``reader`` or empty."""

    appealed_by = serializers.CharField(read_only=True, allow_blank=True)

    class Meta:
        model = Dispute
        fields = (
            "id",
            "session_id",
            "client_id",
            "reader_id",
            "reason_code",
            "state",
            "version",
            "opened_at",
            "due_at",
            "gross_cents",
            "refunded_cents",
            "frozen_cents",
            "appealed_by",
        )
        read_only_fields = fields


class VerdictInput(serializers.Serializer[None]):
    """A decision as an admin asks for it; ``minutes`` or ``cents`` where the outcome needs them."""

    outcome = serializers.ChoiceField(Outcome.choices)
    minutes = serializers.IntegerField(min_value=1, max_value=1_440, required=False)
    cents = serializers.IntegerField(min_value=1, max_value=10**9, required=False)
    bearer = serializers.ChoiceField(BearerOf.choices, default=BearerOf.SPLIT.value)
    reason = serializers.CharField(
        max_length=limits.REASON_CHARS_MAX, required=False, allow_blank=True, default=""
    )
    words_to_client = serializers.CharField(
        max_length=limits.WORDS_CHARS_MAX, required=False, allow_blank=True, default=""
    )
    words_to_reader = serializers.CharField(
        max_length=limits.WORDS_CHARS_MAX, required=False, allow_blank=True, default=""
    )

    def verdict(self) -> Verdict:
        """What was asked for; call ``is_valid`` before."""
        said: dict[str, Any] = dict(self.validated_data)
        said.pop("version", None)
        return Verdict(
            **{**said, "outcome": Outcome(said["outcome"]), "bearer": BearerOf(said["bearer"])}
        )


class ResolveInput(VerdictInput):
    """The same, to be done: on the ``version`` of the case that the admin saw."""

    reason = serializers.CharField(max_length=limits.REASON_CHARS_MAX)
    version = serializers.IntegerField(min_value=1, max_value=2**31 - 1)


class CaseLineOutput(serializers.Serializer[Any]):
    """One ledger line: cents from one pot to another, and whose these are."""

    debit = serializers.CharField()
    debit_owner = serializers.CharField()
    credit = serializers.CharField()
    credit_owner = serializers.CharField()
    cents = serializers.IntegerField()


class CasePreviewOutput(serializers.Serializer[Any]):
    """What a decision would write now. ``sums_cents``: by owner; they add up to 0."""

    cents = serializers.IntegerField()
    max_cents = serializers.IntegerField()
    needs_second = serializers.BooleanField()
    version = serializers.IntegerField()
    lines = CaseLineOutput(many=True)
    sums_cents = serializers.DictField(child=serializers.IntegerField())


class CaseDecisionOutput(serializers.ModelSerializer[Decision]):
    """A decision that was taken."""

    class Meta:
        model = Decision
        fields = (
            "n",
            "outcome",
            "cents",
            "minutes",
            "bearer",
            "words_to_client",
            "words_to_reader",
            "decided_by_id",
            "second_by_id",
            "at",
        )
        read_only_fields = fields


class CaseWaitingOutput(serializers.ModelSerializer[SignatureRequest]):
    """A decision that waits for a second admin, or what became of the question."""

    class Meta:
        model = SignatureRequest
        fields = ("n", "state", "outcome", "cents", "minutes", "bearer", "requested_by_id")
        read_only_fields = fields


class ResolveOutput(serializers.Serializer[Any]):
    """One of the two is there: what was decided, or what waits for a second admin."""

    decision = CaseDecisionOutput(allow_null=True)
    waiting = CaseWaitingOutput(allow_null=True)


class RefuseInput(serializers.Serializer[None]):
    """Why a second signature is not given."""

    reason = serializers.CharField(max_length=limits.REASON_CHARS_MAX)


class RevealInput(serializers.Serializer[None]):
    """Why the words have to be read, and which; all of them when none is named."""

    reason = serializers.CharField(min_length=REASON_CHARS_MIN, max_length=REASON_CHARS_MAX)
    message_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, allow_empty=False, max_length=1_000
    )


class CaseMessageOutput(serializers.Serializer[Any]):
    """The words of one message; ``state`` says whether they are those that were sealed."""

    message_id = serializers.UUIDField()
    side = serializers.CharField()
    at = serializers.DateTimeField()
    state = serializers.CharField()
    text = serializers.CharField()


class RecordOutput(serializers.Serializer[Any]):
    """One record of evidence. ``content`` is the text that was hashed; the rest is read of it."""

    seq = serializers.IntegerField()
    hash = serializers.CharField()
    at = serializers.CharField()
    lane = serializers.CharField()
    kind = serializers.CharField()
    content = serializers.CharField()
    words = serializers.CharField()
    detail = serializers.CharField(allow_blank=True)
    side = serializers.CharField(allow_blank=True)
    until = serializers.CharField(allow_null=True)
    facts = serializers.DictField()


class ChainOutput(serializers.Serializer[Any]):
    """Whether the records hold, and how anybody computes it again."""

    records = serializers.IntegerField()
    head = serializers.CharField()
    holds = serializers.BooleanField()
    broken_at = serializers.IntegerField(allow_null=True)
    how = serializers.CharField()


class EvidenceOutput(serializers.Serializer[Any]):
    """The evidence of a case, without anybody's words."""

    format = serializers.CharField()
    exported_at = serializers.CharField()
    case = serializers.DictField()
    chain = ChainOutput()
    records = RecordOutput(many=True)
