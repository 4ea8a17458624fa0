"""Coming in: a grant for one person, after the gate, from an engine that answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import jwt
import pytest

from live.errors import Suspended
from live.models import Stream
from live.ports import EngineFull, EngineUnreachable
from live.streams.errors import PassRequired, PutOut, StreamNotLive
from live.streams.services import entries, expulsions, moderation
from tests.live.streams.stage import Studio, engine_room, engine_runs, engine_stops

pytestmark = pytest.mark.django_db
DOORS = (entries.join, entries.renew)


def come(live: Studio, user: Any, door: Callable[..., Any] = entries.join) -> Any:
    return door(user=user, stream_id=live.stream.id, at=live.now)


def test_a_grant_names_its_person_and_its_part(live: Studio, settings: Any) -> None:
    viewer, trusted = live.viewer(), live.viewer()
    moderation.trust(host=live.host, stream_id=live.stream.id, user_id=trusted.pk, at=live.now)
    entered = [come(live, viewer), come(live, trusted)]
    grants = [entry.grant for entry in entered] + [come(live, live.host, entries.renew)]
    claims = [
        jwt.decode(
            grant.token,
            settings.ENGINE_GRANT_KEY,
            algorithms=["HS256"],
            audience="live-engine",
            options={"verify_exp": False, "verify_iat": False},
        )
        for grant in grants
    ]

    assert [entry.role for entry in entered] == ["viewer", "moderator"]
    assert [(one["sub"], one["role"]) for one in claims] == [
        (str(viewer.pk), "viewer"),
        (str(trusted.pk), "viewer"),
        (str(live.host.pk), "host"),
    ]
    assert {one["stream"] for one in claims} == {str(live.stream.id)}


@pytest.mark.parametrize("door", DOORS)
def test_nobody_comes_in_past_the_gate(at: Any, door: Callable[..., Any]) -> None:
    soon = at + timedelta(hours=1)
    premium = Studio(at, access="premium", price_cents=500, scheduled_at=soon)
    with pytest.raises(StreamNotLive):
        come(premium, premium.viewer(), door)
    premium.start()
    with pytest.raises(PassRequired):
        come(premium, premium.viewer(), door)
    out, frozen = premium.viewer(), premium.viewer()
    expulsions.put_out(by=premium.host, stream_id=premium.stream.id, user_id=out.pk, at=at)
    with pytest.raises(PutOut):
        come(premium, out, door)
    frozen.frozen_at = at
    with pytest.raises(Suspended):
        come(premium, frozen, door)
    premium.end()
    with pytest.raises(StreamNotLive):
        come(premium, premium.viewer(), door)


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("outage", "refusal"),
    [(engine_stops, EngineUnreachable), (partial(engine_runs, full=True), EngineFull)],
)
def test_without_an_engine_nobody_comes_in_and_nothing_moves(
    live: Studio, outage: Callable[[], None], refusal: type[Exception], door: Callable[..., Any]
) -> None:
    outage()
    before = Stream.objects.values().get(pk=live.stream.pk)
    with pytest.raises(refusal) as refused:
        come(live, live.viewer(), door)

    assert refused.value.status == 503  # type: ignore[attr-defined]
    assert Stream.objects.values().get(pk=live.stream.pk) == before


def test_a_room_holds_so_many_and_says_so(live: Studio, settings: Any) -> None:
    engine_room(live.stream.id, viewers=settings.ENGINE_ROOM_VIEWERS_MAX)
    with pytest.raises(EngineFull) as refused:
        come(live, live.viewer())

    assert refused.value.extra["retry_after"] > 0
    assert come(live, live.host, entries.renew).role == "host"
