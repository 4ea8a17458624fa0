"""The peer: Janus from Debian, one event loop a core, one address, the videoroom plugin.

Janus leaves loopback out, so it gets this machine's own address; the packets never leave it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Final

import ifaddr

from bench.relay import servers
from bench.relay.servers import Running

_INSTALL_SECONDS_MAX: Final = 300
_GENERAL: Final = """
general: {{
  configs_folder = "{folder}"
  debug_level = 2
  debug_timestamps = false
  event_loops = {cores}
}}
nat: {{ ice_enforce_list = "{address}" }}
media: {{ ipv6 = false }}
transports: {{ disable = "{other_transports}" }}
plugins: {{ disable = "{other_plugins}" }}
"""
_SOCKETS: Final = """
general: {{ json = "compact", ws = true, ws_ip = "127.0.0.1", ws_port = {port}, wss = false }}
"""


@cache
def name() -> str:
    """The peer with its version, e.g. ``Janus 1.1.2``; installs it first, where that is possible.

    Ends with ``(absent)`` when it cannot be had.
    """
    if shutil.which("janus") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        _install()
    if shutil.which("janus") is None or not _addresses():
        print("   no Janus (Debian: apt-get install janus), or no address besides loopback")
        return "Janus (absent)"
    said = subprocess.run(["janus", "--version"], capture_output=True, text=True, check=False)
    version = re.search(r"\(([\d.]+)\)", said.stdout)
    return f"Janus {version[1]}" if version else "Janus"


@contextmanager
def server() -> Iterator[Running]:
    """A Janus that knows no room yet; its websocket is on ``port``."""
    port = servers.free_port()
    with tempfile.TemporaryDirectory() as folder:
        _configure(Path(folder), port)
        child = subprocess.Popen(
            ["janus", "--configs-folder", folder], stdout=subprocess.DEVNULL, cwd=folder
        )
        try:
            servers.wait_for(port, child)
            yield Running(port, child.pid)
        finally:
            child.terminate()
            child.wait(20)


def _configure(folder: Path, port: int) -> None:
    values = {
        "folder": folder,
        "cores": os.cpu_count(),
        "address": address(),
        "other_transports": _all_but("transports", "websockets"),
        "other_plugins": _all_but("plugins", "videoroom"),
    }
    (folder / "janus.jcfg").write_text(_GENERAL.format(**values))
    (folder / "janus.transport.websockets.jcfg").write_text(_SOCKETS.format(port=port))
    (folder / "janus.plugin.videoroom.jcfg").write_text("general: { }\n")


def address() -> str:
    """The IPv4 address of this machine at which Janus is, never loopback."""
    return _addresses()[0]


def _addresses() -> list[str]:
    names = {adapter.name: adapter.ips for adapter in ifaddr.get_adapters()}
    return [str(ip.ip) for name, ips in names.items() if name != "lo" for ip in ips if ip.is_IPv4]


def _all_but(what: str, kept: str) -> str:
    found = Path("/usr/lib").glob(f"*/janus/{what}/libjanus_*.so")
    return ",".join(sorted(path.name for path in found if kept not in path.name))


def _install() -> None:
    print("   installing Janus with apt-get", flush=True)
    # A service of the system's is not wanted: RUNLEVEL 1 starts none.
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "janus"]):
        try:
            subprocess.run(
                ["apt-get", "-qq", *arguments],
                env=quiet,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=_INSTALL_SECONDS_MAX,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return
