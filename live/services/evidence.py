"""What is kept of the connection's quality, a few samples a minute and no more than enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db.models import Count

from backend.core.among import among
from live.models import QualitySample
from live.quality import Stats
from live.states import Peer

SAMPLES_MAX: Final = 500  # of one side of one reading


class Sample(NamedTuple):
    """What the page of ``peer`` measured at ``at``.

    ``devices``: whether their microphone and camera are on, when they said so.
    """

    session_id: UUID
    peer: Peer
    stats: Stats
    devices: tuple[bool, bool] | None
    at: datetime


def keep(samples: Sequence[Sample]) -> int:
    """Keep samples of any number of readings with two statements; how many were kept.

    What is more than enough of one side is left out.
    """
    known = QualitySample.objects.filter(session__in=among({one.session_id for one in samples}))
    counted = known.values_list("session_id", "peer").annotate(Count("id")).order_by()
    kept = Counter({(session_id, peer): count for session_id, peer, count in counted})
    rows = []
    for one in samples:
        side = (one.session_id, one.peer.value)
        if kept[side] < SAMPLES_MAX:
            kept[side] += 1
            rows.append(_row(one))
    QualitySample.objects.bulk_create(rows)
    return len(rows)


def _row(one: Sample) -> QualitySample:
    microphone, camera = one.devices or (None, None)
    return QualitySample(
        session_id=one.session_id,
        peer=one.peer.value,
        at=one.at,
        microphone=microphone,
        camera=camera,
        **asdict(one.stats),
    )
