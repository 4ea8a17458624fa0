"""What accounts keep of a person: themselves, their sign-ins, whom they block, what they asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import F, Q

from backend.accounts.models import (
    Block,
    Consent,
    Erasure,
    Exclusion,
    Export,
    Invitation,
    Report,
    Role,
    SpendLimit,
    Trace,
    User,
)
from backend.accounts.services import exports, traces
from backend.core import idempotency, privacy
from backend.core.models import IdempotencyRecord

ERASED_ADDRESS = "erased-{id}@erased.invalid"
# One word for clients: a review shows no more than the first.
FORMER = {Role.CLIENT: "Somebody", Role.READER: "A former reader", Role.ADMIN: "A former admin"}


@privacy.exports(
    "account",
    title="You",
    words="Your account: name, e-mail, role, time zone, and since when.",
    tables=["accounts.User", "account.EmailAddress", "socialaccount.SocialAccount"],
)
def account(user_id: UUID) -> Iterator[privacy.Row]:
    """The person's own row, their addresses, and the accounts elsewhere they sign in with."""
    yield from privacy.rows(
        User.objects.filter(pk=user_id),
        *("email", "display_name", "role", "timezone", "date_joined", "last_login"),
        *("adult_confirmed_at", "frozen_at", "frozen_reason"),
    )
    yield from privacy.rows(
        EmailAddress.objects.filter(user_id=user_id), "email", "verified", "primary"
    )
    yield from privacy.rows(
        SocialAccount.objects.filter(user_id=user_id),
        *("provider", "uid", "date_joined", "extra_data"),
    )


@privacy.exports(
    "sign-ins",
    title="Sign-ins",
    words="Where you are signed in, your second factors, and when we saw which kind of mark.",
    tables=["usersessions.UserSession", "mfa.Authenticator", "accounts.Trace"],
)
def sign_ins(user_id: UUID) -> Iterator[privacy.Row]:
    """Sessions with address and browser; marks without their hash, which says nothing."""
    yield from privacy.rows(
        UserSession.objects.filter(user_id=user_id).order_by("pk"),
        *("created_at", "last_seen_at", "ip", "user_agent"),
    )
    yield from privacy.rows(
        Authenticator.objects.filter(user_id=user_id), "type", "created_at", "last_used_at"
    )
    yield from privacy.rows(
        Trace.objects.filter(user_id=user_id).order_by("pk"),
        *("kind", "first_seen_at", "last_seen_at"),
    )


@privacy.exports(
    "blocks",
    title="Blocked people",
    words="Whom you keep away. Who blocks you is theirs.",
    tables=["accounts.Block"],
)
def blocks(user_id: UUID) -> Iterator[privacy.Row]:
    """Blocks this person made."""
    yield from privacy.rows(
        Block.objects.filter(blocker_id=user_id).order_by("pk"),
        "created_at",
        person=F("blocked__display_name"),
    )


@privacy.exports(
    "reports",
    title="What you told us of others",
    words="Reports you wrote about people. Who reports you is theirs.",
    tables=["accounts.Report"],
)
def reports(user_id: UUID) -> Iterator[privacy.Row]:
    """Reports this person wrote."""
    yield from privacy.rows(
        Report.objects.filter(reporter_id=user_id).order_by("pk"),
        *("at", "reason", "words", "place"),
        person=F("about__display_name"),
    )


@privacy.exports(
    "consents",
    title="What you agreed to",
    words="Terms, privacy notice, your age; in which wording, and since when.",
    tables=["accounts.Consent", "accounts.Invitation"],
)
def consents(user_id: UUID) -> Iterator[privacy.Row]:
    """Consents, and the invitation a reader came by."""
    yield from privacy.rows(
        Consent.objects.filter(user_id=user_id).order_by("pk"),
        *("kind", "version", "given_at", "withdrawn_at"),
    )
    yield from privacy.rows(Invitation.objects.filter(user_id=user_id), invited_at=F("created_at"))


@privacy.exports(
    "own-limits",
    title="Your own limits",
    words="How much you want to spend at most, and times in which you spend nothing.",
    tables=["accounts.SpendLimit", "accounts.Exclusion"],
)
def own_limits(user_id: UUID) -> Iterator[privacy.Row]:
    """Spend limits, then exclusions."""
    limits = SpendLimit.objects.filter(client_id=user_id).order_by("pk")
    yield from privacy.rows(limits, "span", "cents", "next_cents", "raised_at")
    exclusions = Exclusion.objects.filter(user_id=user_id).order_by("pk")
    yield from privacy.rows(exclusions, "began_at", "until")


@privacy.exports(
    "requests",
    title="What you asked of us",
    words="Archives and erasures that you asked for.",
    tables=["accounts.Export", "accounts.Erasure"],
)
def requests(user_id: UUID) -> Iterator[privacy.Row]:
    """Exports and erasures."""
    for model in (Export, Erasure):
        for row in privacy.rows(
            model.objects.filter(user_id=user_id).order_by("pk"), "asked_at", "state"
        ):  # type: ignore[attr-defined]
            yield {"what": model._meta.model_name, **row}


privacy.leaves_out(
    accounts__FeatureSwitch="acts of staff",
    accounts__AuditEntry="acts of staff; their reasons may name others",
    core__IdempotencyRecord="copies of answers, gone after two days",
    admin__LogEntry="acts of staff",
)


@privacy.erases("accounts")
def forget_person(*, user_id: UUID, at: datetime) -> int:
    """Take name, address, second factors and marks; the row itself stays (ADR 0014)."""
    user = User.objects.get(pk=user_id)
    exports.forget(before=at, user_id=user_id)
    for model in (EmailAddress, SocialAccount, Authenticator, UserSession, Trace, Invitation):
        model.objects.filter(user_id=user_id).delete()
    Block.objects.filter(Q(blocker_id=user_id) | Q(blocked_id=user_id)).delete()
    Report.objects.filter(reporter_id=user_id).update(words="")
    IdempotencyRecord.objects.filter(user_id=user_id).delete()
    for log in (AccessAttempt, AccessFailureLog, AccessLog):
        log.objects.filter(username=user.email.lower()).delete()
    user.email = ERASED_ADDRESS.format(id=user.pk.hex)
    user.display_name = FORMER[Role(user.role)]
    user.timezone, user.frozen_reason = "UTC", ""
    user.last_login = user.adult_confirmed_at = None
    user.is_active, user.erased_at = False, at
    user.set_unusable_password()
    user.save()
    return 1


@privacy.forgets(
    "traces",
    title="Marks of your devices, addresses and cards",
    kept=timedelta(days=settings.TRACE_DAYS),
    kept_words=f"{settings.TRACE_DAYS} days after we last saw them",
    why="To notice one person with two accounts. Only keyed hashes are kept.",
)
def forget_traces(*, before: datetime) -> int:
    """Traces not seen since ``before``."""
    return traces.forget_old(at=before + timedelta(days=settings.TRACE_DAYS))


@privacy.forgets(
    "answers",
    title="Answers to programs",
    kept=idempotency.KEPT,
    kept_words="48 hours",
    why="So that a request sent twice has one effect.",
)
def forget_answers(*, before: datetime) -> int:
    """Answers kept under an Idempotency-Key."""
    return idempotency.sweep(at=before + idempotency.KEPT)


@privacy.forgets(
    "exports",
    title="Archives of your data",
    kept=exports.LIFE,
    kept_words="7 days after they were made",
    why="So that you can fetch them.",
)
def forget_exports(*, before: datetime) -> int:
    """Files of archives whose time is over."""
    return exports.forget(before=before)


@privacy.forgets(
    "sign-in-tries",
    title="Sign-ins that failed",
    kept=timedelta(days=30),
    kept_words="30 days",
    why="To stop people who guess passwords.",
)
def forget_tries(*, before: datetime) -> int:
    """What django-axes noted, with address and browser."""
    return sum(
        model.objects.filter(attempt_time__lt=before).delete()[0]
        for model in (AccessAttempt, AccessFailureLog, AccessLog)
    )


@privacy.forgets(
    "sign-ins",
    title="Sign-ins that ended",
    kept=timedelta(0),
    kept_words="until they expire or you sign out",
    why="To keep you signed in.",
)
def forget_sign_ins(*, before: datetime) -> int:
    """Expired sessions, and what was noted of them."""
    old = Session.objects.filter(expire_date__lt=before).values_list("pk", flat=True)
    keys = list(old[: privacy.FORGET_BATCH])
    UserSession.objects.filter(session_key__in=keys).delete()
    return Session.objects.filter(pk__in=keys).delete()[0]
