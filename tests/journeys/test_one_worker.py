"""Stories are told one after the other, though other tests run beside them."""

from __future__ import annotations

import os

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="there is one worker")
def test_one_worker_tells_all_the_stories(request: pytest.FixtureRequest) -> None:
    """A pytest that xdist does not know yet spreads them over all workers without a word."""
    assert request.node.nodeid.endswith("@browser")
