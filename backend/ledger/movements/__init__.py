"""Every way in which money moves. Nothing else may post.

One module for each family; other apps import this package and call ``movements.top_up(…)``.
"""

from backend.ledger.errors import InsufficientFunds, KeyReused
from backend.ledger.movements.adjustments import adjust, make_good, preview_adjustment
from backend.ledger.movements.chargebacks import (
    Chargeback,
    clear_warned,
    freeze_chargeback,
    freeze_warned,
    lose_chargeback,
    win_chargeback,
    write_off,
)
from backend.ledger.movements.disputes import freeze_lot, release_lot
from backend.ledger.movements.gifts import Door, buy_pass, pass_name, refund_pass, send_gift
from backend.ledger.movements.maturing import mature_all, mature_due
from backend.ledger.movements.payouts import (
    book_transfer,
    recover_payout,
    refuse_payout,
    reverse_transfer,
    start_payout,
)
from backend.ledger.movements.promos import expire_due, expire_promo, grant_promo
from backend.ledger.movements.readings import (
    Capture,
    FreeSeconds,
    Funds,
    Hold,
    LockedFunds,
    Move,
    Parts,
    Release,
    lock_funds,
    open_lot,
    post_readings,
)
from backend.ledger.movements.refunds import Bearer, Refund, preview_refund, refund_reading
from backend.ledger.movements.settlements import (
    BalanceLine,
    book_unexplained,
    pay_out_to_bank,
    reinstate,
    settle_outflow,
    settle_return,
    suspend_outflow,
    withhold,
)
from backend.ledger.movements.top_ups import settle_charge, suspend_top_up, top_up
from backend.ledger.movements.withdrawals import (
    CardRefund,
    book_dashboard_refund,
    confirm_refund,
    fail_refund,
    withdraw,
)

__all__ = [
    "BalanceLine",
    "Bearer",
    "Capture",
    "CardRefund",
    "Chargeback",
    "Door",
    "FreeSeconds",
    "Funds",
    "Hold",
    "InsufficientFunds",
    "KeyReused",
    "LockedFunds",
    "Move",
    "Parts",
    "Refund",
    "Release",
    "adjust",
    "book_dashboard_refund",
    "book_transfer",
    "book_unexplained",
    "buy_pass",
    "clear_warned",
    "confirm_refund",
    "expire_due",
    "expire_promo",
    "fail_refund",
    "freeze_chargeback",
    "freeze_lot",
    "freeze_warned",
    "grant_promo",
    "lock_funds",
    "lose_chargeback",
    "make_good",
    "mature_all",
    "mature_due",
    "open_lot",
    "pass_name",
    "pay_out_to_bank",
    "post_readings",
    "preview_adjustment",
    "preview_refund",
    "recover_payout",
    "refund_pass",
    "refund_reading",
    "refuse_payout",
    "reinstate",
    "release_lot",
    "reverse_transfer",
    "send_gift",
    "settle_charge",
    "settle_outflow",
    "settle_return",
    "start_payout",
    "suspend_outflow",
    "suspend_top_up",
    "top_up",
    "win_chargeback",
    "withdraw",
    "withhold",
    "write_off",
]
