"""What a client does with their own money: saved cards, auto-reload, limits, withdrawals."""
