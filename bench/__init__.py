"""Our figures, each beside a peer measured in the same run (``make bench``).

To add one, write ``bench/b<number>_<what>.py`` with

    def figures() -> list[Figure]: ...

It runs in a process of its own, with PostgreSQL and Valkey up (``DATABASE_URL``, ``REDIS_URL``).
Work in ``places.database("b9")``, a database of the bench's own, never in the developer's.
Start what you measure as child processes, stop them by their id, and give every wait a limit.
Where a peer cannot be had, return ``peer=None`` and say so in ``peer_name``.
"""
