"""``python -m backend.embedded``: both servers in the foreground, until Ctrl-C.

Prints their addresses, which also stand in ``DATA_DIR/services.env`` for a shell to source.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from pathlib import Path

from backend.embedded import services
from backend.embedded.errors import ServerUnavailable


def main() -> int:
    data_dir = Path(os.environ.get("DATA_DIR", ".data")).resolve()
    ended = threading.Event()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, lambda *_: ended.set())
    try:
        with services.running(data_dir) as addresses:
            print(addresses.as_shell(), end="", flush=True)
            ended.wait()
    except ServerUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
