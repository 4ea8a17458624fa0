from __future__ import annotations

from django.urls import path

from payouts import webhooks

urlpatterns = [
    path("stripe/", webhooks.stripe, name="stripe-webhook"),
    path("stripe/thin/", webhooks.stripe_thin, name="stripe-thin-webhook"),
]
