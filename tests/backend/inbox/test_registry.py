from __future__ import annotations

from datetime import datetime

import pytest

from backend.inbox import registry
from backend.inbox.models import ExternalEvent


def first(event: ExternalEvent, *, at: datetime) -> None: ...


def second(event: ExternalEvent, *, at: datetime) -> None: ...


def test_a_type_has_one_handler() -> None:
    registry.handles("stripe", "charge.refunded")(first)
    registry.handles("stripe", "charge.refunded")(first)

    with pytest.raises(ValueError, match="already has a handler"):
        registry.handles("stripe", "charge.refunded")(second)


def test_the_types_of_a_source_can_be_listed() -> None:
    registry.handles("stripe", "refund.failed")(first)
    registry.handles("stripe", "charge.refunded")(first)
    registry.handles("other", "x")(first)

    assert registry.types_of("stripe") == ["charge.refunded", "refund.failed"]
