"""What an operator should put right about streams; told by ``manage.py check`` and to staff."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register

DIAGNOSTICS: Final = "diagnostics"


@register(DIAGNOSTICS)
def viewers_cannot_send(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Agora honours a subscriber's token only with co-host authentication switched on."""
    if not settings.STREAMS_BY_AGORA or settings.AGORA_COHOST_AUTHENTICATION:
        return []
    return [
        checks.Warning(
            "On Agora every viewer of a stream could send, until co-host authentication is on.",
            hint="Switch it on in Agora's console, then set AGORA_COHOST_AUTHENTICATION=1.",
            id="soulseer.W101",
        )
    ]
