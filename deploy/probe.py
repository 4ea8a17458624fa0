"""Health check of a container: asks this container's web as the proxy would."""

from __future__ import annotations

import os
import sys
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

PATH = sys.argv[1] if len(sys.argv) > 1 else "/healthz"
HEADERS = {"Host": urlsplit(os.environ["SITE_URL"]).netloc, "X-Forwarded-Proto": "https"}

with urlopen(Request(f"http://127.0.0.1:8000{PATH}", headers=HEADERS), timeout=4) as answer:
    sys.exit(0 if answer.status == 200 else 1)
