"""The production layout, as far as a machine without a container engine can see it."""

from __future__ import annotations

import ipaddress
import re
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests import composed
from tests.house import tree

OURS = ["migrate", "web", "sockets", "worker", "beat", "live"]


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    text = (tree.ROOT / "docker-compose.yml").read_text()
    parsed: dict[str, Any] = yaml.safe_load(text)
    return parsed


def test_every_process_of_the_layout_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*OURS, "proxy", "coturn", "postgres", "redis"}


def test_web_sockets_and_worker_can_have_copies_and_beat_cannot(compose: dict[str, Any]) -> None:
    services = compose["services"]

    for name in ("web", "sockets", "worker"):
        assert services[name]["deploy"]["replicas"].startswith("${")
        assert "container_name" not in services[name]
        assert "ports" not in services[name]
    assert services["beat"]["deploy"]["replicas"] == 1


def test_every_command_of_the_image_exists_and_may_be_run(compose: dict[str, Any]) -> None:
    for name in ("web", "sockets", "worker", "beat", "live"):
        (command,) = compose["services"][name]["command"]
        assert (tree.ROOT / command).stat().st_mode & 0o111


def test_our_processes_run_without_privileges(compose: dict[str, Any]) -> None:
    dockerfile = (tree.ROOT / "Dockerfile").read_text()
    last_stage = dockerfile.rsplit("\nFROM ", 1)[1]

    assert re.search(r"^USER soulseer$", last_stage, re.MULTILINE)
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["environment"]["DEBUG"] == "0"


def test_whatever_compose_asks_for_is_explained_in_the_example() -> None:
    text = "".join((tree.ROOT / name).read_text() for name in composed.FILES)
    ours = (path for path in (tree.ROOT / "deploy").glob("[a-z]*[a-z]") if path.is_file())
    scripts = "".join(path.read_text() for path in ours)
    asked = set(re.findall(r"\$\{([A-Z_]+)", text + scripts))
    example = (tree.ROOT / ".env.example").read_text()
    explained = set(re.findall(r"^# ([A-Z_]+)=", example, re.MULTILINE))

    assert asked - explained == set()


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.20.0.5", "192.168.1.1", "169.254.169.254", "100.64.0.1"),
        *("0.0.0.0", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"),
    ],
)
def test_the_relay_refuses_addresses_of_the_inside(address: str) -> None:
    conf = (tree.ROOT / "deploy" / "turnserver.conf").read_text()
    asked = ipaddress.ip_address(address)
    ranges = [
        tuple(map(ipaddress.ip_address, (line.split("-") * 2)[:2] if "-" in line else [line, line]))
        for line in re.findall(r"^denied-peer-ip=(\S+)$", conf, re.MULTILINE)
    ]

    assert any(low.version == asked.version and low <= asked <= high for low, high in ranges)  # type: ignore[operator]


def test_the_relay_wants_credentials_and_has_limits() -> None:
    conf = (tree.ROOT / "deploy" / "turnserver.conf").read_text().splitlines()

    assert {"use-auth-secret", "no-multicast-peers", "no-cli"} <= set(conf)
    assert any(line.startswith("user-quota=") for line in conf)
    assert not any(line.startswith("static-auth-secret") for line in conf)


def test_the_proxy_keeps_measurements_inside() -> None:
    caddyfile = (tree.ROOT / "deploy" / "Caddyfile").read_text()

    assert "@inside path /metrics /metrics/* /readyz" in caddyfile
    # Outside `route`, Caddy would sort `respond` behind every `handle`.
    assert caddyfile.index("route {") < caddyfile.index("respond @inside 404")
    assert caddyfile.index("respond @inside 404") < caddyfile.index("reverse_proxy")


def test_every_viewer_s_port_leads_to_the_same_port_of_the_machine(
    compose: dict[str, Any],
) -> None:
    live = compose["services"]["live"]
    first, last = live["sysctls"]["net.ipv4.ip_local_port_range"].split()

    assert live["ports"] == [f"{first}-{last}:{first}-{last}/udp"]
    assert int(last) - int(first) > 2 * settings.ENGINE_PROCESS_VIEWERS_MAX


def test_the_proxy_leads_to_the_engine_and_keeps_its_measurements_inside() -> None:
    caddyfile = (tree.ROOT / "deploy" / "Caddyfile").read_text()

    inside = caddyfile.index("@engine_inside path /live-engine/stats /live-engine/metrics")
    assert inside < caddyfile.index("respond @engine_inside 404")
    assert caddyfile.index("respond @engine_inside 404") < caddyfile.index("/live-engine/* {")
    assert caddyfile.index("/live-engine/* {") < caddyfile.index("dynamic a web 8000")


def test_the_proxy_chooses_the_socket_process_by_the_room_alone() -> None:
    caddyfile = (tree.ROOT / "deploy" / "Caddyfile").read_text()

    assert "lb_policy header X-Room" in caddyfile
    # Inside `route` the written order holds: what a stranger sent is dropped, then ours is set.
    inside = caddyfile[caddyfile.index("handle @sockets") :]
    assert inside.index("route {") < inside.index("request_header -X-Room")
    assert inside.index("request_header -X-Room") < inside.index("request_header @session X-Room")
    found = re.search(r"path_regexp room (\S+)", caddyfile)
    assert found
    session = "0197d1f2-aaaa-7bbb-8ccc-0123456789ab"
    matched = re.match(found[1], f"/ws/v1/sessions/{session}/")
    assert matched
    assert matched[1] == session


def test_the_override_runs_two_of_each_and_one_beat() -> None:
    services = composed.services()
    copies = {name: services[name].get("deploy", {}).get("replicas") for name in services}
    two = services["live2"]

    assert [copies[name] for name in ("web", "sockets", "worker", "beat")] == [2, 2, 2, 1]
    assert two["command"] == services["live"]["command"]
    assert services["live"]["ports"] == ["40000-40999:40000-40999/udp"]
    assert two["ports"] == ["41000-41999:41000-41999/udp"]
    assert two["sysctls"]["net.ipv4.ip_local_port_range"] == "41000 41999"
    assert two["environment"]["ENGINE_PORT"] == "8000", "what the first has, it has too"
    assert two["read_only"] is True


def test_the_proxy_leads_to_the_second_engine_by_the_name_that_browsers_are_told() -> None:
    services = composed.services()
    caddyfile = (tree.ROOT / "deploy" / "Caddyfile").read_text()
    way = (tree.ROOT / "deploy" / "engines" / "two.caddy").read_text()

    assert services["live2"]["environment"]["ENGINE_PUBLIC_URL"].endswith("/live-engine-2")
    mounted = [one for one in services["proxy"]["volumes"] if "two.caddy" in one]
    assert mounted == ["./deploy/engines/two.caddy:/etc/caddy/engines/two.caddy:ro"]
    assert way.index("respond @engine_2_inside 404") < way.index("handle_path /live-engine-2/*")
    assert "reverse_proxy live2:8000" in way
    # Before the pages, which take whatever is left.
    assert caddyfile.index("import engines/*.caddy") < caddyfile.index("dynamic a web 8000")
