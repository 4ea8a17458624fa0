"""What one client's wallet must hold, from what the client and the bank did."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Book:
    """Cents by the names that the outside knows: payments, gifts, withdrawals, disputes."""

    paid: dict[str, int] = field(default_factory=dict)
    credited: set[str] = field(default_factory=set)
    gifts: dict[str, int] = field(default_factory=dict)
    withdrawn: dict[str, int] = field(default_factory=dict)
    withdrew_at: float | None = None
    charged_back: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    disputed: set[str] = field(default_factory=set)
    ended: list[str] = field(default_factory=list)

    @property
    def uncredited_cents(self) -> int:
        """Paid, and perhaps not in the wallet yet."""
        return sum(cents for name, cents in self.paid.items() if name not in self.credited)

    @property
    def certain_cents(self) -> int:
        """Surely there to be taken back: credited, undisputed, not taken back yet."""
        credited = sum(self.paid[name] for name in self.credited)
        return credited - sum(self.withdrawn.values()) - sum(self.charged_back.values())

    def owns_cents(self, spent: int, given_back: int) -> int:
        """What wallet, hold and promo come to, less what is owed, once everything is settled.

        ``spent`` on readings and ``given_back`` for them come from the receipts.
        """
        return (
            sum(self.paid.values())
            - spent
            + given_back
            - sum(self.gifts.values())
            - sum(self.withdrawn.values())
            - sum(self.lost.values())
        )
