"""The log: whatever a client sends, a line is one event, valid UTF-8, and JSON where asked for."""

from __future__ import annotations

import json
import random
import socket
import unicodedata

import pytest

import wire
from backends import json_reply
from gateway import aggregator
from settings import backend, endpoint, service

JSON = ("--log-format", "json", "--log-level", "debug")
TEXT = ("--log-format", "text", "--log-level", "debug")
NASTY = (b"\xff", b"\x80", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\xe2\x80\xa8",
         b"\xe2\x80\xa9", b"\x7f", b"\x1b[2J", b"\xc2\x9b2J", b"\x00", b"\x01", b"\t", b"\r", b"\n",
         b'"', b"\\", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"%0a", b"%ff", b"=", b"a", b"/",
         b"\xf0\x9f\x98\x80")
FORBIDDEN = {"\u2028", "\u2029", "\u202e", "\ufeff"}


def noise(chance: random.Random, most: int = 12) -> bytes:
    pieces = [chance.choice(NASTY) if chance.random() < 0.7 else chance.randbytes(2)
              for _ in range(chance.randrange(most))]
    return b"".join(pieces)


def strange_request(chance: random.Random) -> bytes:
    """Sound in most places, so that it comes far, and noise in one or two."""
    parts = {"method": b"GET", "path": b"/__debug/x", "query": b"a=1", "host": b"h.test",
             "agent": b"agent", "name": b"X-Name", "value": b"v", "body": b"{}"}
    for part in chance.sample(sorted(parts), chance.randrange(1, 3)):
        parts[part] += noise(chance)
    return (b"%(method)s %(path)s?%(query)s HTTP/1.1\r\nHost: %(host)s\r\nUser-Agent: %(agent)s\r\n"
            b"%(name)s: %(value)s\r\nConnection: close\r\nContent-Length: " % {
                key.encode(): value for key, value in parts.items()}
            + b"%d\r\n\r\n" % len(parts["body"]) + parts["body"])


def attack(gateway, seed: int, count: int = 300) -> None:
    chance = random.Random(seed)
    for _ in range(count):
        with gateway.client() as client:
            with wire.may_be_cut():  # it may refuse before it has read all
                client.send(strange_request(chance))
                client.socket.shutdown(socket.SHUT_WR)
                client.rest()


def end(gateway) -> list[str]:
    gateway.signal()
    assert gateway.wait() == 0
    return gateway.lines


@pytest.fixture
def noisy(serve, start):
    def run(*options):
        config = service(endpoint("/{anything}", backend(serve(json_reply({"a": 1})))),
                         debug_endpoint=True)
        return start(config, *options)

    return run


@pytest.mark.parametrize("seed", range(3))
def test_every_line_is_json_whatever_clients_send(noisy, seed) -> None:
    gateway = noisy(*JSON)
    attack(gateway, seed)
    lines = end(gateway)
    events = [json.loads(line.encode("utf-8")) for line in lines]
    assert sum(event["event"] == "access" for event in events) >= 250
    assert any(event["event"] == "debug endpoint" for event in events)


@pytest.mark.parametrize("seed", range(3))
def test_no_line_of_text_has_what_a_terminal_would_obey(noisy, seed) -> None:
    gateway = noisy(*TEXT)
    attack(gateway, seed)
    for line in end(gateway):
        line.encode("utf-8")
        assert not any(unicodedata.category(c) == "Cc" or c in FORBIDDEN for c in line), line
        assert line[:4].isdigit(), line  # each begins with its time: none was broken in two


@pytest.mark.parametrize("sent", [b"\xff", b"\xc3\x28", b"a\x9bb", b"\xed\xa0\x80"])
def test_bytes_that_are_not_utf8_are_replaced_one_by_one(noisy, sent) -> None:
    gateway = noisy(*JSON)
    with gateway.client() as client:
        client.send(b"GET /__debug/x HTTP/1.1\r\nHost: h\r\nX-Odd: " + sent + b"\r\n\r\n")
        assert client.answer().status == 200
    line = gateway.wait_for_line(lambda text: "debug endpoint" in text)
    shown = json.loads(json.loads(line)["headers"])["X-Odd"]
    assert shown == [sent.decode("latin-1").translate(
        {byte: "\ufffd" for byte in range(0x80, 0x100)})]


def refuse_head(client) -> None:
    client.send("GET /x HTTP/1.1\r\nno colon\r\n\r\n")


REFUSED = {
    "400": ("bad_request", refuse_head),
    "404": (None, lambda client: client.send(wire.request("GET", "/no/such/path"))),
    "405": (None, lambda client: client.send(wire.request("DELETE", "/two"))),
    "408": ("request_timeout", lambda client: client.send("GET /x HTTP/1.1\r\n")),
    "413": ("body_too_large", lambda client: client.send(
        wire.request("POST", "/two", body=b"x" * 101))),
    "417": ("expectation_failed", lambda client: client.send(
        wire.request("POST", "/two", {"Expect": "200-fine"}, b"x"))),
    "431": ("head_too_large", lambda client: client.send(
        wire.request("GET", "/x", {"X-Big": "v" * 5000}))),
}


@pytest.fixture
def strict(serve, start):
    """Refuses for every reason there is: `strict(access=True)`."""

    def run(access: bool = True):
        one = serve(json_reply({"a": 1}))
        config = service(endpoint("/two", backend(one), backend(one), method="POST"),
                         max_header_bytes=4096, read_header_timeout="300ms",
                         router={"max_body_bytes": 100, "disable_access_log": not access})
        return start(config, "--log-format", "json")

    return run


@pytest.mark.parametrize("status", REFUSED)
def test_a_refused_request_is_logged_with_the_clients_address(strict, status) -> None:
    gateway = strict()
    failure, act = REFUSED[status]
    with gateway.client() as client:
        act(client)
        assert client.answer().status == int(status)
    line = json.loads(gateway.wait_for_line(lambda text: f'"status":{status}' in text))
    assert (line["event"], line["client"]) == ("access", "127.0.0.1")
    if failure:
        assert line["failure"] == failure


def test_a_refusal_says_why(strict) -> None:
    gateway = strict()
    with gateway.client() as client:
        refuse_head(client)
        answer = client.answer()
    line = json.loads(gateway.wait_for_line(lambda text: '"status":400' in text))
    assert line["reason"] == answer.text.strip() != ""


def test_a_reason_is_of_one_request_alone(strict) -> None:
    gateway = strict()
    with gateway.client() as client:
        refuse_head(client)
        client.rest()
    gateway.get("/elsewhere")
    assert "reason" not in gateway.access("/elsewhere")


@pytest.mark.parametrize("status", ["400", "408", "431"])
def test_a_refused_request_is_logged_without_an_access_log_too(strict, status) -> None:
    gateway = strict(access=False)
    failure, act = REFUSED[status]
    with gateway.client() as client:
        act(client)
        assert client.answer().status == int(status)
    line = json.loads(gateway.wait_for_line(lambda text: "a request was refused" in text))
    assert (line["client"], line["error"]) == ("127.0.0.1", failure)
    assert line["reason"]


@pytest.mark.parametrize("what", ["silence", "garbage", "half"])
def test_a_failed_tls_handshake_is_logged_with_the_clients_address(start, authority, what) -> None:
    identity = authority.issue("localhost")
    gateway = start(service(tls={"keys": [identity.listener_pair]}, read_header_timeout="300ms"),
                    "--log-format", "json")
    with gateway.client() as client:
        client.send({"silence": b"", "garbage": b"\x00" * 64, "half": b"\x16\x03\x01\x02"}[what])
        line = json.loads(gateway.wait_for_line(lambda text: "a TLS handshake failed" in text))
    assert (line["client"], line["level"]) == ("127.0.0.1", "info")


SECRETS = {"Authorization": "Bearer s3cr3t-1", "Proxy-Authorization": "Basic s3cr3t-2",
           "Cookie": "id=s3cr3t-3", "X-Api-Key": "s3cr3t-4", "x-api-KEY": "s3cr3t-5",
           "Set-Cookie": "a=s3cr3t-6", "X-Tenant-Pass": "s3cr3t-7", "X-Auth-Token": "s3cr3t-8"}


def test_credentials_are_masked_in_the_debug_endpoints_log(start) -> None:
    config = service(debug_endpoint=True)
    config["extra_config"] = {"proxy/shadow": {"credential_headers": ["X-Tenant-Pass"]}}
    gateway = start(config, *JSON)
    query = ("access_token=s3cr3t-a&q=1&password=s3cr3t-b;c&api_key=s3cr3t-c&to%6ben=s3cr3t-d"
             "&token=s3cr3t%zz-e&key=s3cr3t-f")
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "X-Plain": "seen"}
    answer = gateway.ask("POST", f"/__debug/x?{query}", SECRETS | form,
                         b"user=jo&password=s3cr3t-g&client_secret=s3cr3t-h")
    assert answer.status == 200
    line = json.loads(gateway.wait_for_line(lambda text: "debug endpoint" in text))
    assert "s3cr3t" not in gateway.stderr
    headers = json.loads(line["headers"])
    assert (headers["Authorization"], headers["X-Plain"]) == (["***"], ["seen"])
    assert json.loads(line["query"])["q"] == ["1"]
    assert "&q=1&password=***&" in line["url"]
    assert line["body"] == "user=jo&password=***&client_secret=***"


WITH_HINT = {"version": 3, "endpoints": [], "use_hc2": "3s"}


def test_a_finding_at_start_is_one_line_with_its_hint_as_a_field(start) -> None:
    gateway = start(WITH_HINT, "--log-format", "json")
    line = json.loads(gateway.wait_for_line(lambda text: "unknown-key" in text))
    assert (line["level"], line["hint"]) == ("warning", "did you mean `use_h2c`?")
    assert "\n" not in line["event"] and "hint" not in line["event"]


def test_a_finding_at_start_is_one_line_of_text(start) -> None:
    gateway = start(WITH_HINT)
    line = gateway.wait_for_line(lambda text: "unknown-key" in text)
    assert line.endswith(' hint="did you mean `use_h2c`?"')
    assert all(one[:4].isdigit() for one in gateway.lines)


def test_what_keeps_it_from_starting_is_json_too(write_config) -> None:
    path = write_config('{"version": 2,\n "timeout": 5,\n "po\u2028rt": "x"}')
    done = aggregator("--config", path, "--log-format", "json")
    lines = [json.loads(line) for line in done.stderr.split("\n") if line]
    assert done.returncode == 1
    assert any("[bad-duration]" in line["event"] and line["hint"] for line in lines)
