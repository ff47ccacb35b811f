"""Forged tokens, poisoned keys and clients that invent names, against the real program."""

from __future__ import annotations

import hmac
import json
import threading
import time
from pathlib import Path

import pytest

from backends import Exchange, json_reply
from identity import KeyServer, base64url, bearer, jwk, secret, token
from settings import backend, endpoint, service
from signers import RsaSigner
from test_tokens import eventually, section

COMPONENT = Path(__file__).resolve().parents[2] / "src/components/auth_validator"
pytestmark = pytest.mark.skipif(not COMPONENT.is_dir(), reason="the component is not there")

COOLDOWN_S = 1


def made(header: object, payload: object, key: bytes | None = None) -> str:
    """A token with that header and payload, as they are if they are bytes, signed with HS256."""
    parts = [part if isinstance(part, bytes) else json.dumps(part).encode()
             for part in (header, payload)]
    signed = ".".join(map(base64url, parts))
    signature = hmac.digest(secret("a") if key is None else key, signed.encode(), "sha256")
    return signed + "." + base64url(signature)


def claims(**more: object) -> dict:
    return {"exp": int(time.time()) + 3600, **more}


class Protected:
    """A gateway with one endpoint, its key server and its backend."""

    def __init__(self, start, serve, keys, **more: object) -> None:
        self.origin = serve(json_reply({"a": 1}))
        self.server = serve(keys)
        point = endpoint("/a", backend(self.origin), extra_config=section(self.server, **more))
        self.gateway = start(service(point, name="shop"), "--workers", "1",
                             "--log-format", "json")

    def refuses(self, text: str) -> None:
        answer = self.gateway.get("/a", {"Authorization": f"Bearer {text}"})
        assert (answer.status, answer.get("X-Aggregator-Error")) == (401, "token_invalid"), text
        assert answer.body == b""
        assert answer.get("WWW-Authenticate") == 'Bearer realm="shop", error="invalid_token"'

    def accepts(self, text: str) -> bool:
        return self.gateway.get("/a", {"Authorization": f"Bearer {text}"}).status == 200


@pytest.fixture
def protected(start, serve) -> Protected:
    found = Protected(start, serve, KeyServer("a"))
    assert found.accepts(token())
    return found


def keys_reply(*jwks: object) -> bytes:
    return json_reply({"keys": list(jwks)})


def test_algorithm_confusion_the_public_key_is_no_secret(start, serve) -> None:
    signer = RsaSigner()
    found = Protected(start, serve, keys_reply(signer.jwk()), alg="RS256")
    assert found.accepts(signer.token())
    for known in signer.public_texts():
        for algorithm in ("HS256", "RS256", "none"):
            found.refuses(made({"alg": algorithm, "kid": "r"}, claims(), known))
    assert len(found.origin.received) == 1


def test_an_rsa_key_is_no_secret_of_an_endpoint_with_secrets(start, serve) -> None:
    signer = RsaSigner()
    found = Protected(start, serve, keys_reply(signer.jwk(), jwk("a")))
    assert found.accepts(token())
    for known in signer.public_texts():
        found.refuses(made({"alg": "HS256", "kid": "r"}, claims(), known))
    found.refuses(signer.token())


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", "", None])
def test_none_is_no_algorithm(protected, name: str | None) -> None:
    header, payload = (base64url(json.dumps(part).encode())
                       for part in ({"alg": name, "kid": "a"}, claims()))
    for signature in ("", "AAAA", token().rsplit(".", 1)[1]):
        protected.refuses(f"{header}.{payload}.{signature}")
    protected.refuses(f"{header}.{payload}")
    assert protected.accepts(token())


def test_weak_keys_are_not_used_and_it_is_logged(start, serve) -> None:
    weak, strong = RsaSigner("weak", 1024), RsaSigner("strong")
    found = Protected(start, serve, keys_reply(weak.jwk(), strong.jwk()), alg="RS256")
    assert found.accepts(strong.token())
    found.refuses(weak.token())
    found.gateway.wait_for_line(lambda line: "fewer than 2048 bits" in line)


def test_a_short_secret_is_not_used(start, serve) -> None:
    short = secret("a")[:31]
    found = Protected(start, serve, keys_reply(jwk("a") | {"k": base64url(short)}, jwk("b")))
    assert found.accepts(token("b"))
    found.refuses(made({"alg": "HS256", "kid": "a"}, claims(), short))
    found.gateway.wait_for_line(lambda line: "shorter than the hash" in line)


@pytest.mark.parametrize("payload", [
    b'{"exp":99999999999,"exp":99999999999}', b'{"sub":"a","sub":"admin"}',
    b'{"s\\u0075b":"a","sub":"admin"}', b'{"a":{"roles":[],"roles":["x"]}}'])
def test_a_claim_twice_is_refused(protected, payload: bytes) -> None:
    protected.refuses(made({"alg": "HS256", "kid": "a"}, payload))


@pytest.mark.parametrize("header", [
    b'{"alg":"HS256","alg":"none","kid":"a"}', b'{"alg":"HS256","kid":"b","kid":"a"}',
    b'{"alg":"HS256","kid":"a"}{}', b'{"alg":"HS256","kid":"a",}', b"[]", b""])
def test_a_header_that_can_be_read_in_two_ways_is_refused(protected, header: bytes) -> None:
    protected.refuses(made(header, claims()))


def test_oversized_tokens_are_refused_and_large_ones_are_not(protected) -> None:
    frame = len(token(x=""))
    assert protected.accepts(token(x="y" * ((16_000 - frame) // 4 * 3)))
    protected.refuses(token(x="y" * ((17_000 - frame) // 4 * 3)))
    protected.refuses(token(x=json.loads("[" * 40 + "]" * 40)))
    # A head that is too large for the server is its own matter, and reaches no endpoint.
    answer = protected.gateway.get("/a", {"Authorization": "Bearer " + "a" * 2_000_000})
    assert answer.status in (401, 431)
    assert protected.accepts(token())


def endless(exchange: Exchange) -> None:
    """A body that never ends."""
    exchange.send(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"keys\":[")
    try:
        while True:
            exchange.send(b'{"kty":"oct","kid":"z"},' * 1000)
    except OSError:
        exchange.over = True


POISONS = {
    "huge": keys_reply(jwk("b"), {"kty": "oct", "kid": "c", "x": "y" * (1 << 20)}),
    "1001 keys": keys_reply(jwk("b"), *(jwk(f"k{i}") for i in range(1000))),
    "a list": json_reply([jwk("b")]),
    "keys twice": json_reply({}).replace(b"{}", b'{"keys":[],"keys":[]}').replace(
        b"Content-Length: 2", b"Content-Length: 21"),
    "nested": json_reply({"keys": [jwk("b") | {"x": json.loads("[" * 100 + "]" * 100)}]}),
    "endless": endless,
}


@pytest.mark.parametrize("poison", POISONS)
def test_a_poisoned_set_of_keys_changes_nothing(start, serve, poison: str) -> None:
    keys = KeyServer("a")
    answers = [keys, POISONS[poison]]

    def script(exchange: Exchange) -> None:
        now = answers.pop(0) if len(answers) > 1 else answers[0]
        exchange.send(now) if isinstance(now, bytes) else now(exchange)

    found = Protected(start, serve, script, jwk_timeout="20s")
    assert found.accepts(token())
    found.refuses(token("b"))
    assert found.accepts(token())
    assert len(found.server.received) == 2
    found.gateway.wait_for_line(lambda line: "older ones serve" in line)
    assert found.gateway.memory_peak_kib() < 200_000


def test_a_thousand_keys_are_a_set_and_keys_of_other_kinds_are_passed_over(start, serve) -> None:
    others = [RsaSigner("a").jwk(), {"kty": "EC", "kid": "a"}, {"kty": "PQ"}, {}, 5, None, []]
    many = [jwk(f"k{i}") for i in range(1000 - len(others) - 1)]
    found = Protected(start, serve, keys_reply(*others, *many, jwk("a")))
    assert found.accepts(token())
    assert found.accepts(token("k991"))


def test_different_keys_of_one_name_are_both_not_used(start, serve) -> None:
    other = jwk("b") | {"kid": "a"}
    found = Protected(start, serve, keys_reply(jwk("a"), other, jwk("c"), jwk("c")))
    assert found.accepts(token("c"))
    for key in ("a", "b"):
        found.refuses(made({"alg": "HS256", "kid": "a"}, claims(), secret(key)))
    found.gateway.wait_for_line(lambda line: "several keys bear this" in line)


def test_private_keys_in_the_set_are_warned_of_and_never_logged(start, serve) -> None:
    signer = RsaSigner()
    found = Protected(start, serve, keys_reply(signer.private_jwk(), jwk("a")), alg="RS256")
    assert found.accepts(signer.token())
    found.refuses(token())
    found.gateway.wait_for_line(lambda line: "with their private parts" in line)
    for hidden in (signer.private_jwk()["d"], jwk("a")["k"]):
        assert hidden not in found.gateway.stderr


KIDS = ["../../../../etc/passwd", "/dev/null", "a' OR '1'='1", "a\"; DROP TABLE keys; --",
        "a\r\nX-User: admin", "a\n{\"event\":\"forged\"}", "a\0", "A", " a", "*", "$(id)", "%00",
        "http://127.0.0.1:1/keys", "\u202ea", "\ud83d\ude00", "z" * 9000]


def test_what_the_name_of_a_key_says_goes_nowhere(start, serve) -> None:
    found = Protected(start, serve, KeyServer("a"), operation_debug=True)
    for kid in [*KIDS, ["a"], {"a": 1}, 0, True]:
        answer = found.gateway.get("/a", {"Authorization": made({"alg": "HS256", "kid": kid},
                                                                claims())})
        assert answer.status == 401
        assert "admin" not in (answer.get("WWW-Authenticate") or "")
        assert answer.get("X-User") is None
    assert found.accepts(token())
    assert {one.target for one in found.server.received} == {"/keys"}
    assert len(found.server.received) <= 2
    for line in found.gateway.lines:
        assert json.loads(line)["event"] != "forged"
        assert "DROP TABLE" not in line and "zzzz" not in line and "passwd" not in line


def test_addresses_of_keys_in_a_token_are_not_asked(start, serve) -> None:
    found = Protected(start, serve, KeyServer("a"))
    evil = serve(KeyServer("b"))
    for more in ({"jku": evil.host + "/keys"}, {"x5u": evil.host + "/keys"}, {"jwk": jwk("b")},
                 {"x5c": ["AAECAw=="]}):
        found.refuses(made({"alg": "HS256", "kid": "b", **more}, claims(), secret("b")))
        found.refuses(made({"alg": "HS256", "kid": "a", **more}, claims(), secret("b")))
    assert not evil.received and not evil.connections


def test_a_key_server_sees_what_negative_caching_lets_through(start, serve) -> None:
    found = Protected(start, serve, KeyServer("a"), failed_jwk_key_cooldown=f"{COOLDOWN_S}s")
    assert found.accepts(token())
    began = time.monotonic()
    asked = []

    def ask(number: int) -> None:
        with found.gateway.client() as client:
            for i in range(1000):
                answer = client.ask("GET", "/a", bearer(f"k{number}-{i}"))
                asked.append(answer.status)

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    allowed = 2 + int((time.monotonic() - began) / COOLDOWN_S)
    assert asked == [401] * 3000
    assert 2 <= len(found.server.received) <= allowed
    assert found.accepts(token())


def test_tokens_at_other_places_are_none(protected) -> None:
    text = token()
    places = {
        "query": ("/a?access_token=" + text, {}),
        "another header": ("/a", {"X-Authorization": text}),
        "proxy": ("/a", {"Proxy-Authorization": "Bearer " + text}),
        "another cookie": ("/a", {"Cookie": "token=" + text}),
        "a cookie in upper case": ("/a", {"Cookie": "ACCESS_TOKEN=" + text}),
    }
    for place, (target, headers) in places.items():
        answer = protected.gateway.get(target, headers)
        assert (answer.status, answer.get("X-Aggregator-Error")) == (401, "token_missing"), place
        assert answer.get("WWW-Authenticate") == 'Bearer realm="shop"'
    form = protected.gateway.ask("GET", "/a", {"Content-Type": "application/x-www-form-urlencoded"},
                                 b"access_token=" + text.encode())
    assert form.status == 401
    for scheme in ("Basic", "Digest", "Token", "Bearer Bearer", "Bearer,"):
        answer = protected.gateway.get("/a", {"Authorization": f"{scheme} {text}"})
        assert answer.get("X-Aggregator-Error") == "token_invalid", scheme
    with protected.gateway.client() as client:
        line = f"Authorization: Bearer {text}\r\n"
        client.send(f"GET /a HTTP/1.1\r\nHost: a\r\n{line}{line}\r\n".encode())
        assert client.answer("GET").status == 401


def test_extensions_and_tokens_within_tokens_are_refused(protected) -> None:
    good = token()
    for crit in (["exp"], [], None, "b64", ["b64"]):
        protected.refuses(made({"alg": "HS256", "kid": "a", "crit": crit, "b64": False}, claims()))
    protected.refuses(made({"alg": "HS256", "kid": "a", "cty": "JWT"}, good.encode()))
    protected.refuses(made({"alg": "HS256", "kid": "a"}, [claims()]))
    protected.refuses(good + ".AAAA.AAAA")
    jwe = base64url(json.dumps({"alg": "RSA-OAEP", "enc": "A256GCM", "kid": "a"}).encode())
    protected.refuses(jwe + ".QUFB.QUFB.QUFB.QUFB")
    assert protected.accepts(good)


def test_base64_in_other_ways_is_refused(protected) -> None:
    good = token(x="??>>~~ÿÿ")
    assert protected.accepts(good)
    header, payload, signature = good.split(".")
    for bad in (f"{header}=.{payload}.{signature}", f"{header}.{payload}==.{signature}",
                good + "=", good + "A", f"{header}.{payload[:4]} {payload[4:]}.{signature}",
                f"{header}.{payload}.{signature[:4]}\t{signature[4:]}",
                f"{header} .{payload}.{signature}", good.replace(".", "%2E"),
                good.replace(".", ". ")):
        protected.refuses(bad)
    plain = good.translate(str.maketrans("-_", "+/"))
    if plain != good:
        protected.refuses(plain)
    for value in (f"Bearer   {good}", f"bearer {good}  ", f"BEARER\t{good}", good):
        status = protected.gateway.get("/a", {"Authorization": value}).status
        assert status == (401 if "\t" in value else 200), value
    with protected.gateway.client() as client:  # a line that goes on in the next one
        folded = f"Authorization: Bearer\r\n {good}\r\n"
        client.send(f"GET /a HTTP/1.1\r\nHost: a\r\n{folded}\r\n".encode())
        assert client.answer("GET").status == 400


def test_times_at_the_borders(protected) -> None:
    now = time.time()
    for times in ({"exp": now - 60}, {"exp": 0}, {"exp": -1}, {"nbf": now + 60}, {"iat": now + 60}):
        answer = protected.gateway.get("/a", bearer(**times))
        assert (answer.status, answer.get("X-Aggregator-Error")) == (401, "token_expired"), times
    for times in ({"exp": "99999999999"}, {"exp": None}, {"nbf": [0]}, {"iat": True}):
        protected.refuses(token(**times))
    protected.refuses(made({"alg": "HS256", "kid": "a"}, b'{"exp":1e999}'))
    protected.refuses(made({"alg": "HS256", "kid": "a"}, b'{"exp":NaN}'))


def test_a_token_that_passed_does_not_outlive_its_time(protected) -> None:
    short = token(lasts_s=1.5)
    assert protected.accepts(short)
    assert eventually(lambda: not protected.accepts(short))
    answer = protected.gateway.get("/a", {"Authorization": short})
    assert answer.get("X-Aggregator-Error") == "token_expired"
