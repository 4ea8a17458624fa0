"""Asking for rows by very many ids at once."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models.expressions import RawSQL


def among(ids: Iterable[UUID]) -> RawSQL:
    """For ``filter(owner__in=among(ids))``: the ids travel as one array instead of one by one.

    A list of a thousand placeholders costs Django, the driver and PostgreSQL's parser more than
    finding the rows does: a sweep's batch asks in a tenth of the time this way.
    """
    return RawSQL("SELECT unnest(%s::uuid[])", [array(ids)])


def array(ids: Iterable[UUID]) -> str:
    """The ids as the text of one array, for a parameter that is cast to ``uuid[]``."""
    return "{" + ",".join([i.hex for i in ids]) + "}"
