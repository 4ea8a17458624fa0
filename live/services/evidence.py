"""What is kept of the connection's quality, a few samples a minute and no more than enough."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from live.models import QualitySample
from live.quality import Stats
from live.states import Peer

SAMPLES_MAX: Final = 500


def keep(
    *,
    session_id: UUID,
    peer: Peer,
    stats: Stats,
    devices: tuple[bool, bool] | None,
    at: datetime,
) -> bool:
    """Keep one sample of ``peer``; False when there are enough.

    ``devices``: whether their microphone and camera are on, when they said so.
    """
    kept = QualitySample.objects.filter(session_id=session_id, peer=peer.value)
    if kept.count() >= SAMPLES_MAX:
        return False
    microphone, camera = devices or (None, None)
    QualitySample.objects.create(
        session_id=session_id,
        peer=peer.value,
        at=at,
        microphone=microphone,
        camera=camera,
        **asdict(stats),
    )
    return True
