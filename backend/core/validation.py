"""Serializer fields for money: whole cents, and nothing that merely looks like them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class CentsField(serializers.IntegerField):
    """An integer of minor units. Floats, booleans, text and exponents are refused.

    JSON's ``12.0`` is a float and refused too: money never passes through binary fractions.
    """

    default_error_messages = {"not_whole_cents": "Send a whole number of cents."}

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("not_whole_cents")
        return super().to_internal_value(data)
