"""What browsers may do on our pages: where they run and load from, what they ask devices for."""

from __future__ import annotations

import environ

from backend.config.stream_settings import ENGINE_PAGE_SOURCES

_env = environ.Env()
_SELF = "'self'"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [_SELF],
        "script-src": [_SELF],
        "style-src": [_SELF],
        "img-src": [_SELF, "data:", "blob:", *_env.list("CSP_IMG_SRC", default=[])],
        "media-src": [_SELF, "blob:"],
        "connect-src": [
            _SELF,
            *ENGINE_PAGE_SOURCES,
            *_env.list("CSP_CONNECT_SRC", default=[]),
        ],
        "worker-src": [_SELF],
        "font-src": [_SELF],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": [_SELF],
        "frame-ancestors": ["'none'"],
    },
}
# Django's admin is drawn by Alpine, which evaluates the expressions that stand in its own pages.
CSP_FURTHER: dict[str, dict[str, list[str]]] = {
    "/django-admin/": {"script-src": ["'unsafe-eval'"]},
}
# What our pages may ask a device for; everything else is refused to them and to whatever got in.
PERMISSIONS_POLICY: dict[str, str] = {
    "camera": "(self)",
    "microphone": "(self)",
    "display-capture": "()",
    "fullscreen": "(self)",
    "autoplay": "(self)",
    "publickey-credentials-create": "(self)",
    "publickey-credentials-get": "(self)",
    **dict.fromkeys(
        (
            *("accelerometer", "browsing-topics", "geolocation", "gyroscope"),
            *("hid", "magnetometer", "midi", "payment", "serial", "usb", "xr-spatial-tracking"),
        ),
        "()",
    ),
}
