"""Wrong lines where money comes in and is spent: top-ups, the meter, gifts and entrances."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

BILLING = "tests/live/services/test_billing.py"
RACES = "tests/live/test_races.py"
CASES = "tests/live/test_cases.py"
GIFTS = ("tests/live/streams/test_gift_cases.py", "tests/live/streams/services/test_gifts.py")
TOP_UPS = "tests/payouts/test_top_ups_cases.py"
WEBHOOKS = "tests/payouts/test_webhooks_cases.py"

MUTATIONS = [
    Mutation(
        "drop the row lock",
        "live/services/rows.py",
        'tail = " FOR UPDATE OF s" + (" SKIP LOCKED" if skip_locked else "")',
        'tail = ""',
        (RACES,),
    ),
    Mutation(
        "drop the key of a capture",
        "backend/ledger/movements/readings.py",
        'step = f"cap:{move.billable_s}"',
        "step = f\"cap:{move.billable_s}:{__import__('uuid').uuid4()}\"",
        ("tests/backend/ledger", BILLING),
    ),
    Mutation(
        "round each tick by itself",
        "live/metering.py",
        "total = pricing.share(gross_cents=row.captured_cents, split_bps=row.split_bps)",
        "total = row.reader_total_cents + pricing.share(gross_cents=due, split_bps=row.split_bps)",
        (BILLING,),
    ),
    Mutation(
        "settle to now",
        "live/metering.py",
        "    return max(until, start)\n",
        "    return max(draft.facts.at, start)\n",
        (BILLING,),
    ),
    Mutation(
        "skip the release",
        "live/moves.py",
        "    metering.release(draft)\n",
        "    pass\n",
        (BILLING, "tests/live/services/test_requests.py"),
    ),
    Mutation(
        "forget the gap",
        "live/metering.py",
        "    return sight.gap_from\n",
        "    return None\n",
        (BILLING,),
    ),
    Mutation(
        "resume for one peer alone",
        "live/moves.py",
        "    return metering.fresh(draft, Peer.CLIENT) and metering.fresh(draft, Peer.READER)\n",
        "    return metering.fresh(draft, Peer.CLIENT) or metering.fresh(draft, Peer.READER)\n",
        (BILLING,),
    ),
    Mutation(
        "bill all that was proven, however long no worker ran",
        "live/metering.py",
        "    if count > draft.rules.quota_s:\n",
        "    if count > 10_000:\n",
        (CASES,),
    ),
    Mutation(
        "post seconds instead of whole minutes",
        "live/decisions.py",
        "seconds=row.billable_s // step * step",
        "seconds=row.billable_s",
        (BILLING,),
    ),
    Mutation(
        "let the hold pass the cap",
        "live/metering.py",
        "    return cents if row.cap_cents is None else min(cents, row.cap_cents)\n",
        "    return cents * 3\n",
        ("tests/live/services",),
    ),
    Mutation(
        "ring without the money for three minutes",
        "live/services/requests.py",
        "    if spendable < needed:\n",
        "    if spendable < 0:\n",
        ("tests/live/services/test_requests.py",),
    ),
    Mutation(
        "check no signature",
        "payouts/adapters/stripe_webhooks.py",
        "        if not any(self._fits(text, signature, secret) for secret in secrets):\n",
        "        if secrets is None:\n",
        (WEBHOOKS,),
    ),
    Mutation(
        "credit whoever comes back from the hosted page",
        "payouts/views.py",
        '    response = render(request, "payouts/return.html", context)\n',
        "    __import__('backend.ledger.movements', fromlist=['top_up']).top_up(client=user,"
        " amount_cents=top_up.amount_cents, payment_intent_id=str(top_up.pk),"
        " about=str(top_up.pk), at=clock.now())\n"
        '    response = render(request, "payouts/return.html", context)\n',
        (TOP_UPS,),
    ),
    Mutation(
        "send Stripe another key each time",
        "payouts/services/topups.py",
        '    return f"topup:{top_up.pk}:checkout{again}"\n',
        '    return f"topup:{top_up.pk}:checkout{again}{datetime.now()}"\n',
        (TOP_UPS,),
    ),
    Mutation(
        "let the earnings of one person with two accounts mature",
        "backend/ledger/flags.py",
        "    if is_strong:\n        _hold(lot)\n    log.warning(",
        "    log.warning(",
        ("tests/live/test_flags_cases.py",),
    ),
    Mutation(
        "send a gift again with a key of its own",
        "backend/ledger/movements/gifts.py",
        '    name = f"gift:{gift_id}"\n',
        "    name = f\"gift:{__import__('uuid').uuid4()}\"\n",
        ("tests/backend/ledger/movements/test_gifts.py",),
    ),
    Mutation(
        "let gifts of one sender pass each other",
        "live/streams/services/gifts.py",
        "    sender = User.objects.select_for_update(no_key=True).get(pk=sender.pk)\n",
        "    sender = User.objects.get(pk=sender.pk)\n",
        ("tests/live/streams/test_gift_races.py",),
    ),
    Mutation(
        "take gifts after the end",
        "live/streams/services/gifts.py",
        "WHERE id = %(stream)s AND state = %(live)s\n",
        "WHERE id = %(stream)s\n",
        ("tests/live/streams/test_gift_races.py",),
    ),
    Mutation(
        "charge what the catalogue says now",
        "live/streams/services/gifts.py",
        "    return price_cents\n",
        "    return kind.price_cents\n",
        GIFTS,
    ),
    Mutation(
        "spend promotional credit on gifts",
        "backend/ledger/movements/gifts.py",
        "    wallet, pending = pots.wallet_of(payer.pk), pots.pending_of(earner.pk)\n",
        "    wallet, pending = pots.promo_of(payer.pk), pots.pending_of(earner.pk)\n",
        GIFTS,
    ),
    Mutation(
        "give back a door of a stream that runs",
        "live/streams/services/passes.py",
        "Q(state=StreamState.CANCELLED) | Q(too_soon, state=StreamState.ENDED)",
        "~Q(state='')",
        ("tests/live/streams/services/test_passes.py",),
    ),
]
