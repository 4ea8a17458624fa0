"""Jobs are started by name: every name must be a task, and every sweep must be one."""

from __future__ import annotations

import ast

import pytest
from celery import Celery

from backend.config.celery import app
from tests.house import tree


@pytest.fixture(scope="module")
def celery() -> Celery:
    app.loader.import_default_modules()
    app.autodiscover_tasks(force=True)
    return app


def _enqueued() -> dict[str, str]:
    """Every name that is given to ``enqueue``, with the place that gives it."""
    found = {}
    for path in tree.python_files(tests=False):
        for node in ast.walk(tree.parsed(path)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            called = ast.unparse(node.func)
            if called.rsplit(".", 1)[-1] == "enqueue":
                place = f"{tree.named(path)}:{node.lineno}"
                found[place] = _text_of(node.args[0])
    return found


def _text_of(argument: ast.expr) -> str:
    """The value of a string constant; the source of anything else, which is no task's name."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    return ast.unparse(argument)


def test_every_enqueued_name_is_a_task(celery: Celery) -> None:
    assert {place: name for place, name in _enqueued().items() if name not in celery.tasks} == {}


def test_every_line_of_the_beat_table_is_a_task(celery: Celery) -> None:
    table = {line: entry["task"] for line, entry in celery.conf.beat_schedule.items()}

    assert {line: task for line, task in table.items() if task not in celery.tasks} == {}


def test_every_task_goes_to_a_queue_that_a_worker_reads(celery: Celery) -> None:
    known = {queue.name for queue in celery.conf.task_queues}
    routed = {route["queue"] for route in celery.conf.task_routes.values()}

    assert routed <= known
    assert known == {"billing", "payments", "default"}


def test_every_line_of_the_beat_table_says_until_when_it_is_worth_doing(celery: Celery) -> None:
    """After a day without workers, one of each waits in the queue, not thousands."""
    table = celery.conf.beat_schedule

    assert [
        line for line, entry in table.items() if not entry.get("options", {}).get("expires")
    ] == []
