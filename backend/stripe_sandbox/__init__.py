"""A stand-in Stripe server for development and tests: its own process, its own database file.

It speaks the part of Stripe's API that the product uses, strictly (what Stripe would refuse, it
refuses), keeps state, signs and retries webhooks, and can be told to misbehave. It imports
nothing of the product, so it knows about us only what Stripe would know.

    python -m backend.stripe_sandbox --port 8001 --data-dir .data/stripe \\
        --webhook-url http://127.0.0.1:8000/webhooks/stripe/ --webhook-secret whsec_… \\
        --thin-webhook-url http://127.0.0.1:8000/webhooks/stripe/thin/ --thin-webhook-secret whsec_…

Where to look: ``endpoints`` lists the API, ``cards`` the magic cards, ``controls`` the doors that
order it about (clock, faults, webhooks), ``happenings`` what can be made to happen to an object
(pay, dispute, refund, reject …), ``pages``, ``onboarding`` and ``curious`` the pages that it shows,
``rate`` how fast it is.

Known to differ from Stripe, on purpose or for want of knowing better:

- One currency settles (USD); nothing is converted. Balances of connected accounts hold what was
  sent to them.
- The addresses of the command line hear of the platform and of connected accounts alike; endpoints
  made through the API divide them by ``connect``, as at Stripe.
- Money of a dispute or refund leaves the *available* balance, which may go below zero.
- Platform payouts happen only when asked for: the schedule of ``balance_settings`` is kept, not
  followed.
- Error codes of the second API follow the first one's words; its retries of failed work finish it.
- Which requirements an account has, and the second API's names for them, are a small choice
  (``acts.requirements``). Fees: 2.9 % and 30 cents, 15 dollars a dispute.
"""
