"""A reader who hides behind the relay is heard, and their address is not to be found."""

from __future__ import annotations

import pytest

from readers.models import ReaderProfile
from tests.journeys import books, turn
from tests.journeys.people import Client, Reader

pytestmark = [
    pytest.mark.browser,
    pytest.mark.coturn,
    pytest.mark.xdist_group("browser"),
    pytest.mark.timeout(180),
    pytest.mark.skipif(not turn.is_here(), reason=turn.MISSING),
]

# What the other side learns of this page: every candidate of its own that was sent.
TOLD = """
() => {
  const call = window.seen.calls.filter((each) => each.connectionState === "connected").at(-1);
  return call.localDescription.sdp.split("\\n").filter((line) => line.startsWith("a=candidate"));
}
"""


@pytest.fixture
def reader_rows(reader_rows: ReaderProfile) -> ReaderProfile:
    reader_rows.relay_only = True
    reader_rows.save(update_fields=["relay_only"])
    return reader_rows


def test_a_hidden_reader_is_heard_through_the_relay_alone(
    client: Client, reader: Reader, reader_rows: ReaderProfile
) -> None:
    client.ask(reader_rows.slug, "voice")
    reader.accept()
    client.page.wait_for_url("**/sessions/**")
    client.join()
    reader.join()

    for person in (client, reader):
        person.sees("active")
        before = person.media()["energy"]
        person.until(lambda person=person, before=before: person.media()["energy"] > before)
    assert set(reader.media()["ways"]) == {"relay"}
    told = reader.page.evaluate(TOLD)
    assert told
    assert all(" typ relay " in line for line in told)
    assert all(" raddr 0.0.0.0 " in line for line in told if " raddr " in line)

    client.end()
    client.sees("ended")
    books.settled(client.session_id())
