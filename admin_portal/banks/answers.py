"""A pack in the form that a bank takes: named fields of text, and one document."""

from __future__ import annotations

from typing import Final

from admin_portal.banks.packs import Pack, PackReading
from backend.core import documents
from backend.core.templatetags.money import money, spoken
from payouts.ports import Evidence

LOG_CHARS_MAX: Final = 20_000
WORDS_CHARS_MAX: Final = 4_000
PRODUCT: Final = (
    "Live readings by chat, voice and video with independent readers, charged by the second of "
    "use from a prepaid wallet, and gifts in their live streams. The client added money to the "
    "wallet with this payment. Readings are delivered in the moment in which they take place."
)
REFUND_POLICY: Final = (
    "Only the time in which both sides are connected is charged; each minute has a line on a "
    "receipt. Within 72 hours a client may say that something was wrong, and is answered; minutes "
    "with a technical fault come back by themselves. Unused money can be withdrawn to the card."
)


def fields_of(pack: Pack, words: str) -> dict[str, str]:
    """The evidence as the bank's form names it. ``words``: what staff add in their own."""
    fields = {
        "customer_name": pack.case.client.display_name,
        "customer_email_address": pack.case.client.email,
        "product_description": PRODUCT,
        "refund_policy_disclosure": REFUND_POLICY,
        "service_date": _service_date(pack),
        "access_activity_log": activity_log(pack),
        "uncategorized_text": words.strip()[:WORDS_CHARS_MAX] or summary(pack),
    }
    if pack.back_cents:
        fields["refund_refusal_explanation"] = (
            f"We have given {money(pack.back_cents)} back to the client's wallet already, on our "
            "own account. It is not to be paid a second time."
        )
    return {name: text for name, text in fields.items() if text}


def evidence_of(pack: Pack, words: str) -> Evidence:
    """Fields and the document.

    :raises DocumentsUnavailable: this machine cannot make a PDF.
    """
    return Evidence(fields_of(pack, words), document(pack, words))


def document(pack: Pack, words: str) -> bytes:
    """The pack as a PDF.

    :raises DocumentsUnavailable: this machine cannot make one.
    """
    context = {"pack": pack, "case": pack.case, "words": words, "summary": summary(pack)}
    return documents.pdf("documents/banks/pack.html", context)


def summary(pack: Pack) -> str:
    """What the client received, in two sentences."""
    paid = f"On {pack.paid_at:%-d %B %Y} the client added {money(pack.case.amount_cents)}. "
    if pack.is_empty:
        return f"{paid}Nothing of it was used before the dispute."
    parts = []
    if pack.readings:
        count = len(pack.readings)
        parts.append(f"{count} reading{'s' if count > 1 else ''} of {spoken(pack.seconds)} in all")
    if pack.gifts:
        count = len(pack.gifts)
        parts.append(f"{count} gift{'s' if count > 1 else ''} in live streams")
    had = " and ".join(parts)
    back = f" {money(pack.back_cents)} of it came back to them." if pack.back_cents else ""
    return (
        f"{paid}Until the dispute they had {had}, for {money(pack.charged_cents)}.{back} They were "
        "signed in to their own account and connected throughout."
    )


def activity_log(pack: Pack) -> str:
    """Line by line what happened, oldest first, instants in UTC."""
    lines = [
        f"{pack.case.client.date_joined:%Y-%m-%d %H:%M} account made",
        *(
            f"{agreed.at:%Y-%m-%d %H:%M} agreed to: {agreed.to.lower()}, version {agreed.version}"
            for agreed in pack.agreed
        ),
        f"{pack.paid_at:%Y-%m-%d %H:%M} payment begun ({pack.case.payment_intent_id})",
        *(_line_of(reading) for reading in pack.readings),
        *(
            f"{gift.at:%Y-%m-%d %H:%M:%S} {gift.what}, to {gift.reader}, {money(gift.cents)}"
            for gift in pack.gifts
        ),
        *(
            f"{seen.first_seen_at:%Y-%m-%d %H:%M} to {seen.last_seen_at:%Y-%m-%d %H:%M} "
            f"{seen.kind.lower()} {seen.hash} (hash)"
            for seen in pack.seen
        ),
    ]
    return "\n".join(lines)[:LOG_CHARS_MAX]


def _line_of(reading: PackReading) -> str:
    ended = f" to {reading.ended_at:%H:%M:%S}" if reading.ended_at else ""
    wrote = reading.chat.by_client + reading.chat.by_reader
    chat = (
        f", {reading.chat.by_client} messages by the client and {reading.chat.by_reader} "
        "by the reader"
        if wrote
        else ""
    )
    return (
        f"{reading.began_at:%Y-%m-%d %H:%M:%S}{ended} {reading.kind} reading with "
        f"{reading.reader}, {spoken(reading.seconds)} connected and charged "
        f"{money(reading.charged_cents)}{chat}"
    )


def _service_date(pack: Pack) -> str:
    instants = [reading.began_at for reading in pack.readings] + [gift.at for gift in pack.gifts]
    return f"{max(instants):%Y-%m-%d}" if instants else ""
