"""What readers do when something happens below them."""

from __future__ import annotations

from backend.accounts.announcements import ReaderCreated
from backend.accounts.models import User
from backend.core.announcements import on
from readers.services import profiles


@on(ReaderCreated)
def give_a_profile(fact: ReaderCreated) -> None:
    """A new reader gets an empty page to fill in."""
    profiles.create(user=User.objects.get(pk=fact.user_id), at=fact.at)
