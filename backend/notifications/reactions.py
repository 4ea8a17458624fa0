"""What accounts announce and the person is told."""

from __future__ import annotations

from backend.accounts import announcements as accounts
from backend.core.announcements import on
from backend.notifications.services import notify, notify_staff

PRIVACY_PAGE = "/settings/privacy/"


@on(accounts.ExportReady)
def say_that_the_archive_is_there(fact: accounts.ExportReady) -> None:
    """Where it is and how long. No link: fetching it asks for a fresh sign-in."""
    notify(
        user_id=fact.user_id,
        kind="account",
        title="Your archive is ready",
        body=f"Fetch it until {fact.until:%-d %B}. We ask for your password once more.",
        url=PRIVACY_PAGE,
        at=fact.at,
    )


@on(accounts.ExportFailed)
def say_that_there_is_no_archive(fact: accounts.ExportFailed) -> None:
    """It did not work."""
    notify(
        user_id=fact.user_id,
        kind="account",
        title="Your archive could not be made",
        body="That is our fault. Ask for it again, or write to us.",
        url=PRIVACY_PAGE,
        at=fact.at,
    )


@on(accounts.ErasureAsked)
def say_when_the_account_goes(fact: accounts.ErasureAsked) -> None:
    """So that nobody loses an account behind their back."""
    notify(
        user_id=fact.user_id,
        kind="account",
        title=f"Your account goes on {fact.due_at:%-d %B}",
        body="Until then you can take it back. If it was not you, change your password now.",
        url=PRIVACY_PAGE,
        at=fact.at,
    )


@on(accounts.ErasureHeldUp)
def say_what_is_in_the_way(fact: accounts.ErasureHeldUp) -> None:
    """It is tried again tomorrow."""
    notify(
        user_id=fact.user_id,
        kind="account",
        title="Your account is still here",
        body=f"{fact.words} We try again tomorrow.",
        url=fact.url or PRIVACY_PAGE,
        at=fact.at,
    )


@on(accounts.EmailChanged)
def confirm_the_new_address(fact: accounts.EmailChanged) -> None:
    """To the new address; the old one is told by the mail of the change itself."""
    notify(
        user_id=fact.user_id,
        kind="account",
        title="Your e-mail has changed",
        body="You sign in with this address now. To keep your money safe, payouts "
        "and refunds to a card wait for 48 hours.",
        url="/accounts/email/",
        at=fact.at,
    )


@on(accounts.PersonReported)
def tell_staff_of_the_report(fact: accounts.PersonReported) -> None:
    """It waits in the queue."""
    notify_staff(
        title=f"A report about {fact.name}",
        body=f"{fact.reason}. {fact.words}",
        url="/staff/reports/",
        at=fact.at,
    )
