"""A reading that was paid, its two people, two admins, and the case between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from backend.accounts.models import Role, User
from backend.ledger import audit
from payouts.dispute_states import BearerOf, Outcome
from payouts.disputes.services import appeals, decisions, disputes
from payouts.disputes.verdicts import DisputedReading, Verdict
from payouts.models import Decision, Dispute, SignatureRequest
from tests.backend.ledger.conftest import a_person, client_pots, held, mature, read, reader_pots

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
RATE = 399


@dataclass
class Court:
    """One reading of ``cents`` at $3.99 a minute that ended at ``at``, and its case."""

    client: User
    reader: User
    admin: User
    other_admin: User
    session_id: UUID
    at: datetime
    cents: int
    dispute: Dispute | None = None

    @property
    def reading(self) -> DisputedReading:
        return DisputedReading(
            session_id=self.session_id,
            client_id=self.client.pk,
            reader_id=self.reader.pk,
            about=f"session:{self.session_id}",
            kind="voice",
            ended_at=self.at,
            billed_s=self.cents * 60 // RATE,
            rate_per_minute_cents=RATE,
            split_bps=7_000,
        )

    def open(self, *, at: datetime | None = None, key: str = "k", text: str = "Silence") -> Dispute:
        self.dispute = disputes.open_case(
            client=self.client,
            reading=self.reading,
            reason_code="reader_silent",
            text=text,
            key=key,
            at=at or self.at + HOUR,
        )
        return self.dispute

    def seen(self) -> Dispute:
        """The case as it is now."""
        assert self.dispute
        return Dispute.objects.get(pk=self.dispute.pk)

    def decide(
        self,
        outcome: Outcome = Outcome.REJECT,
        *,
        by: User | None = None,
        version: int | None = None,
        at: datetime | None = None,
        bearer: BearerOf = BearerOf.SPLIT,
        **what: int | str,
    ) -> Decision | SignatureRequest:
        now = self.seen()
        verdict = Verdict(outcome, bearer=bearer, reason="Looked at it", **what)  # type: ignore[arg-type]
        return decisions.decide(
            dispute_id=now.pk,
            by=by or self.admin,
            verdict=verdict,
            version=version or now.version,
            at=at or self.at + 2 * HOUR,
        )

    def appeal(self, by: User, *, at: datetime | None = None) -> Dispute:
        now = self.seen()
        return appeals.appeal(
            dispute_id=now.pk, by=by, text="Look again", at=at or self.at + 3 * HOUR
        )

    def money(self) -> tuple[dict[str, int], dict[str, int]]:
        """What the client's and the reader's pots hold."""
        return client_pots(self.client), reader_pots(self.reader)

    def assert_sound(self) -> None:
        """Every proof of the ledger holds."""
        assert audit.proofs(self.at + DAY) == []


__all__ = ["DAY", "HOUR", "RATE", "Court", "held", "mature"]


def a_court(at: datetime, *, cents: int = 3_990) -> Court:
    """A paid reading of ten minutes, unless ``cents`` says otherwise; no case yet."""
    client, reader = a_person(), a_person(Role.READER)
    admins = a_person(Role.ADMIN), a_person(Role.ADMIN)
    session_id = read(client, reader, at, cash_cents=cents)
    return Court(client, reader, *admins, session_id, at, cents)


@pytest.fixture
def court(db: None, at: datetime) -> Court:
    """A paid reading, not disputed yet."""
    return a_court(at)
