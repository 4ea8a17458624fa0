"""The hints that let a browser ask for a page's modules at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template

from backend.core.templatetags import modules

PAGES = [f"js/pages/{path.name}" for path in Path(str(finders.find("js/pages"))).glob("*.js")]


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_names_each_module_that_it_imports_once(page: str) -> None:
    needed = modules.imports_of(page)

    assert len(set(needed)) == len(needed)
    assert page not in needed
    assert all(finders.find(path) for path in needed)
    for path in (page, *needed):
        text = Path(str(finders.find(path))).read_text()
        assert len(re.findall(r"^(?:import|export)\b.*\bfrom\b", text, re.MULTILINE)) <= len(
            re.findall(modules._NAMED, text)
        )


def test_the_hints_come_before_the_script_and_are_not_for_what_is_asked_for_later() -> None:
    page = Template("{% load modules %}{% module 'js/pages/live_room.js' %}").render(Context())

    assert page.index("/static/js/core/api.js") < page.index("<script")
    assert page.endswith('<script type="module" src="/static/js/pages/live_room.js"></script>')
    assert "js/pages/reader.js" not in page


def test_what_cannot_wait_for_the_page_runs_when_it_is_here() -> None:
    source = "{% load modules %}{% module 'js/live/picture.js' early=True %}"

    assert Template(source).render(Context()).endswith('picture.js" async></script>')
