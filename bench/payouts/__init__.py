"""What the bench of payouts is made of."""
