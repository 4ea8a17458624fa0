"""Cases on pages of other apps: ``{% load disputes %}``."""

from __future__ import annotations

from typing import Any

from django import template

from backend.accounts.models import User
from backend.core import clock
from live.models import ReadingSession
from marketplace import cases, dispute_views
from payouts.disputes import selectors
from payouts.models import Dispute

register = template.Library()


@register.inclusion_tag("marketplace/_case_door.html", takes_context=True)
def case_door(context: dict[str, Any], session: ReadingSession) -> dict[str, Any]:
    """On a receipt: the case about it, or the sheet that opens one."""
    request = context["request"]
    door = cases.door(request.user, session, now=clock.now())
    form = dispute_views.form_of(request) if door.may_open else None
    shown = {name: context.get(name) for name in ("csrf_token", "peer", "role")}
    return {**shown, "door": door, "session": session, "form": form}


@register.simple_tag
def waiting_cases(user: User) -> list[Dispute]:
    """The cases of a person that wait for our answer, newest first."""
    return list(selectors.waiting_for_answer(user))


@register.simple_tag
def has_cases(user: User) -> bool:
    """Whether a person ever was a side of a case."""
    return selectors.of_user(user).exists()
