"""A stand-in Stripe server for development and tests: its own process, its own database file.

It speaks the part of Stripe's API that the product uses, strictly (what Stripe would refuse, it
refuses), keeps state, signs and retries webhooks, and can be told to misbehave. It imports
nothing of the product, so it knows about us only what Stripe would know.

    python -m backend.stripe_sandbox --port 8001 --data-dir .data/stripe \\
        --webhook-url http://127.0.0.1:8000/webhooks/stripe/ --webhook-secret whsec_…

``backend.stripe_sandbox.server`` says where the doors are; ``endpoints`` lists the API.
"""
