"""Money in and out: wallet top-ups now; saved cards, payouts, refunds, disputes later."""
