"""Wrong lines where money leaves: payouts, withdrawals, decisions, chargebacks, signatures."""

from __future__ import annotations

from tests.mutations.mutation import Mutation

PAYOUTS = ("tests/payouts/earnings/test_payout_cases.py",)
KILLED = ("tests/payouts/earnings/test_killed_cases.py",)
DISPUTES = ("tests/payouts/disputes",)
BANKS = ("tests/payouts/chargebacks",)
WITHDRAWALS = ("tests/payouts/wallet/services",)
SIGNATURES = ("tests/backend/ledger/test_signatures.py",)

MUTATIONS = [
    Mutation(
        "send a payout under another key each time",
        "payouts/earnings/services/paying.py",
        '    first = f"payout:{payout.pk}:{payout.attempt}"\n',
        '    first = f"payout:{payout.pk}:{payout.attempt}:{payout.looks}"\n',
        (*PAYOUTS, *KILLED),
    ),
    Mutation(
        "guess that an unknown payout was never sent",
        "payouts/earnings/services/paying.py",
        "        found = rail.sent_for(payout_id)\n",
        "        found = []\n",
        (*PAYOUTS, *KILLED),
    ),
    Mutation(
        "pay whoever was fit when they were chosen",
        "payouts/earnings/services/paying.py",
        "    if obstacle or account is None:\n",
        "    if account is None:\n",
        PAYOUTS,
    ),
    Mutation(
        "leave a refused payout on its way",
        "payouts/earnings/services/paying.py",
        "    movements.refuse_payout(\n",
        "    dict(\n",
        PAYOUTS,
    ),
    Mutation(
        "pay below the threshold",
        "backend/ledger/movements/payouts.py",
        "    if cents < max(minimum_cents, 1):\n",
        "    if cents < 1:\n",
        ("tests/backend/ledger/movements", *PAYOUTS),
    ),
    Mutation(
        "let a run by hand take what ripened since its plan",
        "payouts/earnings/services/working.py",
        "        if run.kind == RunKind.NIGHTLY:  #",
        "        if run.kind:  #",
        ("tests/payouts/earnings/services/test_working.py",),
    ),
    Mutation(
        "give a withdrawal back under another key each time",
        "payouts/wallet/services/refunds.py",
        'key=f"wd:{part.withdrawal_id}:{part.n}{again}"',
        'key=f"wd:{part.withdrawal_id}:{part.n}{again}:{at}"',
        WITHDRAWALS,
    ),
    Mutation(
        "try a refund again without a look",
        "payouts/wallet/services/refunds.py",
        "    if may_be_old and _adopt(part, at):\n",
        "    if may_be_old is None:\n",
        WITHDRAWALS,
    ),
    Mutation(
        "withdraw as often as one likes",
        "payouts/wallet/services/withdrawals.py",
        "    _refuse_second(client, at)\n",
        "",
        WITHDRAWALS,
    ),
    Mutation(
        "decide a case that somebody else has just decided",
        "payouts/disputes/services/decisions.py",
        "    if dispute.version != version:\n",
        "    if dispute.version < version:\n",
        DISPUTES,
    ),
    Mutation(
        "let the admin who asked sign as the second",
        "backend/ledger/signatures.py",
        "    if requester_id == approver_id:\n",
        "    if requester_id is approver_id is None:\n",
        (*SIGNATURES, *DISPUTES),
    ),
    Mutation(
        "let racing signatures pass the limit of the day",
        "backend/ledger/signatures.py",
        "cents__lte=settings.STAFF_ALONE_DAY_CENTS - cents",
        "cents__lte=settings.STAFF_ALONE_DAY_CENTS",
        SIGNATURES,
    ),
    Mutation(
        "leave the client's money free when a bank disputes",
        "payouts/chargebacks/services/convergence.py",
        "    movements.freeze_chargeback(chargeback=chargeback_of(case), client=client, at=at)\n",
        "",
        BANKS,
    ),
    Mutation(
        "book a dispute before its payment",
        "payouts/chargebacks/services/convergence.py",
        "    if bookings.payer_of(dispute.payment_id) is None:\n",
        "    if dispute.payment_id is None:\n",
        BANKS,
    ),
]
