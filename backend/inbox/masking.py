"""What staff see of a payload: its shape and its ids, nothing secret and nothing personal."""

from __future__ import annotations

import re
from typing import Any, Final

MASK: Final = "••••"
DEPTH_MAX: Final = 20
_KEYS: Final = re.compile(
    r"secret|password|token|authorization|signature|fingerprint|email|phone|name|address|line[12]"
    r"|city|postal|zip|ssn|id_number|dob|birth|account_number|routing|iban|last4|exp_(month|year)"
    r"|ip$|_ip|ip_address|url|description|statement|note|bio|metadata_text",
    re.IGNORECASE,
)
_WORDS: Final = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+|\b(?:sk|rk|whsec)_\w+|\b\w+_secret_\w+|\b\d{12,19}\b"
)


def masked(value: Any, depth: int = 0) -> Any:
    """``value`` as it came, with every secret and personal part replaced by dots.

    What is masked is chosen by the name of its key; texts that look like an address, a key or a
    card number are masked wherever they stand.
    """
    if depth > DEPTH_MAX:
        return MASK
    if isinstance(value, dict):
        return {
            key: _hidden(part) if _KEYS.search(str(key)) else masked(part, depth + 1)
            for key, part in value.items()
        }
    if isinstance(value, list):
        return [masked(part, depth + 1) for part in value]
    return _WORDS.sub(MASK, value) if isinstance(value, str) else value


def _hidden(value: Any) -> Any:
    """Nothing stays nothing: that a name is missing is worth seeing."""
    return value if value in (None, "", [], {}) or isinstance(value, bool) else MASK
