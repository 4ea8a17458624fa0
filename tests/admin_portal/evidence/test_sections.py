"""The timeline on paper."""

from __future__ import annotations

from django.template.loader import render_to_string

from admin_portal.evidence import sections
from tests.admin_portal.evidence.readings import SECRET
from tests.live.stage import Stage


def test_a_section_sums_measurements_up_and_is_bounded(stage: Stage) -> None:
    section = sections.section_of(stage.session.id)
    html = render_to_string(sections.TEMPLATE, {"section": section})

    assert section.measurements > 30
    assert (section.rows[0].words, section.rows[0].lane) == ("Funds added by the client", "Funds")
    (quiet,) = [row for row in section.rows if row.kind == "quiet"]
    assert quiet.lasted == "1 min"
    assert "The reader&#x27;s sound was nearly lost" in html
    assert f"{section.measurements} single measurements" in html
    assert SECRET not in html
