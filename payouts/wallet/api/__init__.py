"""The API's doors to the wallet: limits, cards, withdrawals, codes, statements."""
