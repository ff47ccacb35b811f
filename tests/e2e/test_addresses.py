"""Who is let in by address: lists in files, proxies in front, IPv6 sockets."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends import json_reply
from management import Management, admin
from settings import backend, endpoint, service

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/ip_filter"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")


def filtered(origin, router: dict | None = None, **section: object) -> dict[str, object]:
    found = service(endpoint("/e", backend(origin)))
    found["extra_config"] = {"admin": admin(), "router": router or {},
                             "security/ip-filter": section}
    return found


def test_lists_are_read_out_of_files_beside_the_configuration(serve, start, tmp_path) -> None:
    origin = serve(json_reply({"a": 1}))
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists/drop.txt").write_text("192.0.2.0/24  # not us\n\n127.0.0.0/24\n")
    gateway = start(filtered(origin, files={"deny": ["lists/drop.txt"]}), "--workers", "2")
    management = Management(gateway)
    with gateway.client() as client:
        for _ in range(3):
            refused = client.ask("GET", "/e", {})
            assert (refused.status, refused.get("X-Aggregator-Error")) == (403, "address_denied")
    assert origin.received == []
    assert management.sum("aggregator_rejections_total", component="security/ip-filter",
                          code="address_denied") == 3


def test_a_client_of_a_socket_of_both_families_is_one_of_ipv4(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    config = filtered(origin, deny=["127.0.0.1"])
    gateway = start(config, "--workers", "1", listen="[::]:0")
    gateway.address = ("127.0.0.1", gateway.address[1])
    assert gateway.get("/e").status == 403
    gateway.address = ("::1", gateway.address[1])
    assert gateway.get("/e").status == 200


def test_forged_headers_of_others_than_the_proxies_change_nothing(serve, start) -> None:
    origin = serve(json_reply({"a": 1}))
    forged = {"X-Forwarded-For": "10.0.0.1", "X-Real-Ip": "10.0.0.1", "Forwarded": "for=10.0.0.1"}
    open_to_all = start(filtered(origin, allow=["10.0.0.0/8"]), "--workers", "1")
    assert open_to_all.get("/e", forged).status == 403
    behind = start(filtered(origin, {"trusted_proxies": ["127.0.0.1"]}, allow=["10.0.0.0/8"]),
                   "--workers", "1", "--log-format", "json")
    assert behind.get("/e", forged).status == 200
    assert behind.get("/e", forged | {"X-Forwarded-For": "10.0.0.1, 192.0.2.1"}).status == 403
    line = behind.wait_for_line(lambda text: '"denied_by":"security/ip-filter"' in text)
    assert '"client":"192.0.2.1"' in line
