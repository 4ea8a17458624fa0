"""SDP offers: read with suspicion before the WebRTC library sees them, and answers' addresses."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Final

from aiortc.rtcdtlstransport import X509_DIGEST_ALGORITHMS
from aiortc.sdp import SessionDescription

from live.engine.errors import BadOffer
from live.engine.hubs import KINDS

OFFER_BYTES_MAX: Final = 64 * 1024
CANDIDATES_MAX: Final = 20
# The library compares every codec with every line about codecs, while all viewers wait.
LINES_MAX: Final = 1_000
COMPARISONS_MAX: Final = 30_000
PORTS: Final = range(1_024, 65_536)  # no browser sends from a lower one
CODECS: Final = {"audio": "audio/opus", "video": "video/vp8"}
_SENDS, _RECEIVES = ("sendonly", "sendrecv"), ("recvonly", "sendrecv")
_ICE_CHARS: Final = range(4, 257)


@dataclass(frozen=True)
class Offer:
    """An offer that holds together. ``kinds`` in the order of the offer, at most one of each."""

    sdp: str
    kinds: tuple[str, ...]


def read(text: str, *, is_publisher: bool, private_allowed: bool) -> Offer:
    """Check an offer and drop the candidates that are not to be tried.

    :raises BadOffer: malformed, or without anything that we carry.
    """
    _refuse_tedious(text)
    tried = _without_strangers(text, private_allowed=private_allowed)
    described = _parsed(tried)
    kinds = tuple(media.kind for media in described.media)
    if not kinds or set(kinds) - set(KINDS) or len(set(kinds)) != len(kinds):
        raise BadOffer("Offer one audio, one video, or one of each, and nothing else.")
    mids = [media.rtp.muxId for media in described.media]
    bundles = [group.items for group in described.group if group.semantic == "BUNDLE"]
    if not all(mids) or len(set(mids)) != len(mids) or not _is_whole(bundles, mids):
        raise BadOffer("Every media section needs a mid of its own, all in one bundle.")
    for media in described.media:
        _check_media(media, wanted=_SENDS if is_publisher else _RECEIVES)
    return Offer(sdp=tried, kinds=kinds)


def _refuse_tedious(text: str) -> None:
    """What no browser writes: a small offer that takes seconds to read."""
    codecs, about_codecs = text.count("a=rtpmap:"), text.count("a=rtcp-fb:") + text.count("a=fmtp:")
    if len(text.splitlines()) > LINES_MAX or codecs * about_codecs > COMPARISONS_MAX:
        raise BadOffer("This offer is too long to read.")


def _parsed(text: str) -> Any:
    try:
        described = SessionDescription.parse(text)
        described.type = "offer"
    except Exception as error:  # a foreign parser of a stranger's words
        raise BadOffer("This is not an SDP offer.") from error
    return described


def _is_whole(bundles: list[list[str]], mids: list[str]) -> bool:
    """Whether one bundle holds exactly these sections; a single section needs none."""
    return [sorted(items) for items in bundles] == [sorted(mids)] or (not bundles and not mids[1:])


def _check_media(media: Any, *, wanted: tuple[str, ...]) -> None:
    if media.dtls is None or media.ice is None:
        raise BadOffer("A media section lacks its DTLS or ICE attributes.")
    known = [f for f in media.dtls.fingerprints if f.algorithm.lower() in X509_DIGEST_ALGORITHMS]
    if not known or media.dtls.role is None or not media.rtcp_mux:
        raise BadOffer("A media section lacks its fingerprint, its DTLS role or rtcp-mux.")
    for value in (media.ice.usernameFragment, media.ice.password):
        if not value or len(value) not in _ICE_CHARS:
            raise BadOffer("A media section lacks its ICE credentials.")
    if CODECS[media.kind] not in {codec.mimeType.lower() for codec in media.rtp.codecs}:
        raise BadOffer(f"Only {CODECS[media.kind]} is carried.")
    if media.direction not in wanted:
        raise BadOffer(f"A media section must be {' or '.join(wanted)}.")


def _without_strangers(text: str, *, private_allowed: bool) -> str:
    """The offer with at most so many candidates, none of which points to the inside.

    The end of candidates is dropped too: a browser whose candidates were all hidden or dropped
    still reaches us, and its address is learned from its own checks.
    """
    kept, lines = 0, []
    for line in text.splitlines():
        if line.startswith("a=end-of-candidates"):
            continue
        if line.startswith("a=candidate:"):
            if kept >= CANDIDATES_MAX or not _is_tried(line, private_allowed=private_allowed):
                continue
            kept += 1
        lines.append(line)
    return "\r\n".join([*lines, ""])


def _is_tried(candidate: str, *, private_allowed: bool) -> bool:
    words = candidate.split()
    try:
        address, port = ip_address(words[4]), int(words[5])
    except (IndexError, ValueError):
        return False  # a hidden one (….local)
    is_inside = not address.is_global or address.is_multicast or address.is_reserved
    is_udp = words[2].lower() == "udp" and port in PORTS
    return is_udp and (private_allowed or not is_inside)


def with_address(answer: str, address: str) -> str:
    """Our answer with ``address`` in the place of our own: we stand behind a port-true NAT."""
    if not address:
        return answer
    lines = []
    for line in answer.splitlines():
        words = line.split(" ")
        if line.startswith("a=candidate:") and ip_address(words[4]).version == 4:
            words[4] = address
        lines.append(" ".join(words))
    return "\r\n".join([*lines, ""])
