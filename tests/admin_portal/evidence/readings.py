"""A reading in which much happened, made by the product's own services."""

from __future__ import annotations

from live.models import Stream, StreamReport
from live.quality import Stats
from live.services import caps, chats, evidence, happenings
from live.services.evidence import Sample
from live.states import Peer
from payouts.models import TopUp
from payouts.states import TopUpStatus
from tests.live.stage import BOTH, Stage, committed, seconds

GOOD = Stats(rtt_ms=24, loss_pct=0.4, kbps_in=900, kbps_out=880, audio_level=0.3, frames=100)
SECRET = "Shall I sell the blue house?"


def measure(stage: Stage, peer: Peer, *, camera: bool = True, **figures: object) -> None:
    """What the browser of ``peer`` measures now: frames count on unless told otherwise."""
    moving = {"frames": round((stage.now - stage.start).total_seconds()) + 1}
    stats = Stats(**{**GOOD.__dict__, **moving, **figures})
    evidence.keep([Sample(stage.session.id, peer, stats, (True, camera), stage.now)])


def go_on(stage: Stage, count: int, **of_reader: object) -> None:
    """Let time pass; ``of_reader``: how the client's browser receives the reader."""
    for _ in range(count // 15):
        stage.run(15)
        measure(stage, Peer.CLIENT, **of_reader)
        measure(stage, Peer.READER)


def rich(stage: Stage) -> Stage:
    """Video at $3.99: 15 s of ringing, two good minutes, the reader's sound lost for half a
    minute, both quiet for one, a line lost and found, a raised cap, two messages, an end.
    """
    stage.request("video", spend_cap_cents=3_000)
    _top_up(stage)
    stage.wait(15)
    stage.accept()
    for peer in BOTH:
        happenings.socket_opened(session_id=stage.session.id, peer=peer, at=stage.now)
    stage.wait(5)
    stage.beat()
    stage.up()
    for peer in BOTH:
        this = {"session_id": stage.session.id, "peer": peer, "at": stage.now}
        happenings.media_changed(up=True, devices=(True, True), **this)
    go_on(stage, 120)
    go_on(stage, 30, loss_pct=31.0)
    _say(stage, Peer.CLIENT, "one", SECRET)
    for _ in range(4):
        stage.run(15)
        for peer in BOTH:
            measure(stage, peer, audio_level=0.001)
    go_on(stage, 45, frames=7)
    _lose_the_reader(stage)
    caps.raise_to(session_id=stage.session.id, spend_cap_cents=4_000, at=stage.now)
    committed()
    _say(stage, Peer.READER, "two", "I am here again.")
    go_on(stage, 30)
    stage.hangup()
    _report(stage)
    return stage


def _lose_the_reader(stage: Stage) -> None:
    this = {"session_id": stage.session.id, "peer": Peer.READER}
    happenings.socket_closed(code=4408, at=stage.now, **this)
    stage.run(20, beating=[Peer.CLIENT])
    happenings.socket_opened(at=stage.now, **this)
    stage.beat()
    stage.up(Peer.READER)


def _report(stage: Stage) -> None:
    stream = Stream.objects.create(host=stage.reader, title="Tonight", created_at=stage.now)
    StreamReport.objects.create(
        stream=stream,
        reporter=stage.client,
        about=stage.reader,
        reason="She spoke of me",
        at=stage.now,
    )


def _say(stage: Stage, peer: Peer, key: str, text: str) -> None:
    chats.send(session_id=stage.session.id, sender=peer, key=key, text=text, at=stage.now)
    committed()


def _top_up(stage: Stage) -> None:
    at = stage.now - seconds(600)
    TopUp.objects.create(
        client=stage.client,
        key="k",
        amount_cents=5_000,
        currency="USD",
        status=TopUpStatus.SUCCEEDED,
        payment_intent_id=f"pi_{stage.session.id}",
        status_since=at,
        settled_at=at,
        created_at=at,
        expires_at=at + seconds(1_800),
    )
