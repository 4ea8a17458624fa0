"""Bring the database up to date and load the demo, in one interpreter because starts are dear.

What goes to standard output is shown to the person who typed `make run`.
"""

from __future__ import annotations

import os
import sys

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    call_command("migrate", verbosity=0, interactive=False, stdout=sys.stderr)
    if os.environ.get("DEMO") == "1":
        call_command("load_demo")
