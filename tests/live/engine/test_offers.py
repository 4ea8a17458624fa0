"""What is taken of a stranger's SDP, and what is told in ours."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from live.engine import offers
from live.engine.errors import BadOffer

HEAD = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\n"
COMMON = (
    "c=IN IP4 0.0.0.0\r\na=rtcp-mux\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n"
    f"a=fingerprint:sha-256 {':'.join(['AB'] * 32)}\r\na=setup:actpass\r\na=recvonly\r\n"
)
SOUND = f"m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n{COMMON}a=mid:0\r\na=rtpmap:111 opus/48000/2\r\n"
PICTURE = f"m=video 9 UDP/TLS/RTP/SAVPF 96\r\n{COMMON}a=mid:1\r\na=rtpmap:96 VP8/90000\r\n"
WHOLE = HEAD + SOUND + PICTURE


def _candidate(address: str, protocol: str = "udp") -> str:
    return f"a=candidate:1 1 {protocol} 2122260223 {address} 50000 typ host\r\n"


def _candidates(sdp: str, *, local: bool = False) -> list[str]:
    read = offers.read(sdp, is_publisher=False, private_allowed=local)
    return [line.split()[4] for line in read.sdp.splitlines() if "candidate:" in line]


def test_sound_and_picture_are_taken_together_or_alone() -> None:
    assert offers.read(WHOLE, is_publisher=False, private_allowed=False).kinds == ("audio", "video")
    alone = HEAD.replace(" 1\r", "\r") + SOUND
    assert offers.read(alone, is_publisher=False, private_allowed=False).kinds == ("audio",)


@pytest.mark.parametrize(
    "sdp",
    [
        HEAD,
        HEAD + SOUND + SOUND.replace("mid:0", "mid:1"),
        WHOLE.replace("VP8", "H264"),
        WHOLE.replace("opus", "PCMU"),
        WHOLE.replace("a=fingerprint:sha-256", "a=fingerprint:md5"),
        WHOLE.replace("a=ice-pwd:abcdefghijklmnopqrstuv\r\n", ""),
        WHOLE.replace("a=ice-ufrag:abcd", "a=ice-ufrag:a"),
        WHOLE.replace("a=rtcp-mux\r\n", ""),
        WHOLE.replace("a=setup:actpass\r\n", ""),
        WHOLE.replace("a=setup:actpass", "a=setup:whatever"),
        WHOLE.replace("a=recvonly", "a=sendonly"),
        WHOLE.replace("a=recvonly", "a=inactive"),
        WHOLE.replace("a=mid:1", "a=mid:0"),
        WHOLE.replace("a=group:BUNDLE 0 1\r\n", ""),
        WHOLE + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n",
    ],
)
def test_what_does_not_hold_together_is_refused(sdp: str) -> None:
    with pytest.raises(BadOffer):
        offers.read(sdp, is_publisher=False, private_allowed=False)


def test_a_host_must_send() -> None:
    with pytest.raises(BadOffer):
        offers.read(WHOLE, is_publisher=True, private_allowed=False)


INSIDE = ["10.0.0.1", "192.168.1.5", "127.0.0.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1"]
INSIDE += ["239.255.255.250", "224.0.0.251", "ff02::fb", "64:ff9b::a00:1", "::ffff:10.0.0.1"]


@pytest.mark.parametrize("address", INSIDE)
def test_addresses_of_the_inside_are_tried_on_loopback_only(address: str) -> None:
    sdp = WHOLE + _candidate(address)

    assert _candidates(sdp) == []
    assert _candidates(sdp, local=True) == [address]


def test_hidden_tcp_and_odd_candidates_are_left_out_and_the_end_of_them_is_not_believed() -> None:
    sdp = WHOLE + _candidate("8.8.8.8") + _candidate("9.9.9.9", "tcp")
    sdp += _candidate("7.7.7.7").replace("50000", "53") + _candidate("6.6.6.6").replace("0000", "x")
    sdp += _candidate("5.5.5.5").replace("50000", "99999") + "a=candidate:1 1 udp\r\n"
    sdp += _candidate("6c1b1d6e-hidden.local") + "a=end-of-candidates\r\n"

    assert _candidates(sdp) == ["8.8.8.8"]
    assert "end-of" not in offers.read(sdp, is_publisher=False, private_allowed=False).sdp


@pytest.mark.parametrize(
    "more",
    [
        "a=rtpmap:96 VP8/90000\r\n" * 450 + "a=rtcp-fb:* nack\r\n" * 450,
        "a=rtpmap:96 VP8/90000\r\n" * 450 + "a=fmtp:96 apt=96\r\n" * 450,
        "a=ssrc:1 cname:x\r\n" * 2_000,
    ],
)
def test_what_takes_long_to_read_is_not_read(more: str) -> None:
    with pytest.raises(BadOffer, match="too long"):
        offers.read(WHOLE + more, is_publisher=False, private_allowed=False)


def test_as_many_codecs_as_a_browser_knows_are_read() -> None:
    codecs = "".join(f"a=rtpmap:{n} H264/90000\r\na=fmtp:{n} a=1\r\n" for n in range(35, 95))
    feedback = "".join(f"a=rtcp-fb:{n} nack pli\r\n" * 5 for n in range(35, 95))

    assert offers.read(WHOLE + codecs + feedback, is_publisher=False, private_allowed=False).kinds


def test_only_so_many_candidates_are_tried() -> None:
    sdp = WHOLE + "".join(_candidate(f"8.8.8.{number}") for number in range(100))

    assert len(_candidates(sdp)) == offers.CANDIDATES_MAX


def test_behind_a_translation_browsers_are_told_the_outer_address() -> None:
    ours = _candidate("172.18.0.5") + _candidate("fd00::1") + "a=mid:0\r\n"

    told = offers.with_address(ours, "203.0.113.7")

    assert told == _candidate("203.0.113.7") + _candidate("fd00::1") + "a=mid:0\r\n"
    assert offers.with_address(ours, "") == ours


@given(st.data())
def test_whatever_is_sent_is_an_offer_or_a_bad_one(drawn: st.DataObject) -> None:
    lines = WHOLE.split("\r\n")
    for _ in range(drawn.draw(st.integers(1, 4))):
        at = drawn.draw(st.integers(0, len(lines) - 1))
        line = lines[at]
        cut = drawn.draw(st.integers(0, len(line)))
        lines[at] = line[:cut] + drawn.draw(st.text(max_size=8)) + line[cut + 1 :]
        if drawn.draw(st.booleans()):
            lines.insert(at, lines[drawn.draw(st.integers(0, len(lines) - 1))])

    with suppress(BadOffer):
        offers.read("\r\n".join(lines), is_publisher=False, private_allowed=False)
