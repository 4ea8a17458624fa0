"""Readers are paid: their accounts at Stripe, nightly payouts, statements."""
