"""Run one command with the database and Valkey of DATA_DIR, started unless `make run` has them."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import ExitStack

from backend.embedded import services
from backend.embedded.errors import ServerUnavailable
from scripts import surroundings


def main() -> int:
    """The command's own exit code."""
    home = surroundings.data_dir()
    environment = surroundings.environment(home)
    with ExitStack() as stack:
        try:
            addresses = services.addresses_of_running_copy(home)
            if addresses is None:
                addresses = stack.enter_context(services.running(home, environment=environment))
        except ServerUnavailable as error:
            print(error, file=sys.stderr)
            return 1
        environment = addresses.environment() | environment
        try:
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    sys.exit(main() or os.EX_OK)
