"""What browsers may do with our answers: run, ask of the device, embed, and keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

Next = Callable[[HttpRequest], HttpResponse]
_SAFE: Final = {"GET", "HEAD"}
KEPT_BY_NOBODY: Final = "no-store, private"


class ContentPolicy(CSPMiddleware):
    """The Content Security Policy, the same everywhere but for what ``CSP_FURTHER`` adds to it."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002  (the library's)
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        for prefix, further in settings.CSP_FURTHER.items():
            if request.path_info.startswith(prefix):
                parts.update = {**(parts.update or {}), **further}
        return parts


class BrowserRules:
    """Say what the page may ask the device for, who may embed it, and who may keep it.

    An answer may be kept only when it is the same for everybody: to a GET of somebody who showed
    no cookie of ours and no token, and got none. A view that says more about it is left alone.
    """

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response
        self._permissions = permissions_policy(settings.PERMISSIONS_POLICY)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self._permissions)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not _is_for_everybody(request, response):
            response.headers.setdefault("Cache-Control", KEPT_BY_NOBODY)
        return response


def permissions_policy(allowed: Mapping[str, str]) -> str:
    """The value of the header: ``camera=(self), usb=()``."""
    return ", ".join(f"{feature}={who}" for feature, who in allowed.items())


def _is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    if request.path_info.startswith(settings.MEDIA_URL):
        return True
    named = settings.SESSION_COOKIE_NAME in request.COOKIES or "Authorization" in request.headers
    return request.method in _SAFE and not named and not response.cookies
