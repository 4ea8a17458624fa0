"""A page's ES module with everything that it imports, asked for at once.

A browser learns of an import only when it has read the file that names it; a page of forty small
modules would wait for one round trip after another. The page names them all instead.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path
from typing import Final

from django import template
from django.contrib.staticfiles import finders
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()
# `import … from "./x.js"`, `import "./x.js"`, `export … from "./x.js"`; not `import("./x.js")`,
# which is asked for when it is needed.
_NAMED: Final = re.compile(
    r"""^\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*["'](\.[^"']+)["']""", re.MULTILINE
)


@register.simple_tag
def module(path: str, *, early: bool = False) -> SafeString:
    """``<script type="module">`` for ``path`` under static/, after hints for what it imports.

    ``early``: it runs as soon as it is here, without waiting for the page or its other scripts.
    """
    hints = format_html_join(
        "\n",
        '<link rel="modulepreload" href="{}">',
        # Browsers fetch an async script last of all, unless it is hinted at too.
        ((static(needed),) for needed in (*([path] if early else []), *imports_of(path))),
    )
    when = " async" if early else ""
    return format_html('{}\n<script type="module" src="{}"{}></script>', hints, static(path), when)


@cache
def imports_of(path: str) -> tuple[str, ...]:
    """All that ``path`` imports, near first, each once. Read once per process."""
    found: dict[str, None] = {}
    waiting = [path]
    while waiting:
        at = waiting.pop(0)
        for name in _NAMED.findall(_text_of(at)):
            needed = posixpath.normpath(posixpath.join(posixpath.dirname(at), name))
            if needed != path and needed not in found:
                found[needed] = None
                waiting.append(needed)
    return tuple(found)


def _text_of(path: str) -> str:
    """The module's text; nothing for one that is not ours to read (fetched by the set-up)."""
    place = finders.find(path)
    return Path(place).read_text() if place else ""
