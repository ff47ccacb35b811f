"""Settings of TLS on both sides: each is in force, as seen by the other end."""

from __future__ import annotations

import re

import pytest

from backends import json_reply
from certificates import Authority
from settings import backend, endpoint, service
from test_tls_listener import LAST, s_client

GOOD = json_reply({"ok": 1})


@pytest.fixture
def local(authority):
    return authority.issue("127.0.0.1", "localhost")


@pytest.fixture
def secure(serve, start):
    def run(env: dict[str, str] | None = None, **tls: object):
        return start(service(endpoint("/e", backend(serve(GOOD))), tls=tls), env=env)

    return run


def test_the_single_pair_of_older_files_is_served(secure, local, authority) -> None:
    gateway = secure(public_key=str(local.certificate), private_key=str(local.key))
    said = s_client(gateway, "-CAfile", authority.certificate, typed=LAST)
    assert "Verify return code: 0 (ok)" in said and "HTTP/1.1 200 OK" in said


@pytest.mark.parametrize(("curves", "served"), [([24], "P-384"), ([23], "P-256")])
def test_curves_of_the_listener_are_those_that_are_configured(secure, local, curves,
                                                              served) -> None:
    gateway = secure(keys=[local.listener_pair], curve_preferences=curves)
    for asked in ("P-256", "P-384"):
        said = s_client(gateway, "-groups", asked, typed=LAST)
        assert ("HTTP/1.1 200 OK" in said) == (asked == served)


def test_prefer_server_cipher_suites_has_no_effect(secure, local) -> None:
    suites = ["ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256"]
    said = [s_client(secure(keys=[local.listener_pair], max_version="TLS12",
                            cipher_suites=[49195, 49196], prefer_server_cipher_suites=prefer),
                     "-cipher", ":".join(suites), typed=LAST) for prefer in (False, True)]
    chosen = [re.findall(r"Cipher    : (\S+)", one) for one in said]
    assert chosen[0] == chosen[1] and chosen[0][0] in suites


@pytest.mark.parametrize(("disabled", "outcome"), [(False, {"ok": 1}), (True, None)])
def test_backends_are_held_to_ca_certs_alone_without_the_systems_authorities(
        start, serve_tls, authority, tmp_path, disabled, outcome) -> None:
    public = Authority(tmp_path / "public")
    (tmp_path / "none").mkdir()
    machine = {"SSL_CERT_FILE": str(public.certificate), "SSL_CERT_DIR": str(tmp_path / "none")}
    server = serve_tls(GOOD, public.issue("127.0.0.1"))
    tls = {"ca_certs": [str(authority.certificate)], "disable_system_ca_pool": disabled}
    gateway = start(service(endpoint("/e", backend(server)), client_tls=tls), env=machine)
    answer = gateway.get("/e")
    if outcome:
        assert answer.json == outcome
    else:
        assert answer.get("X-Aggregator-Error") == "tls_untrusted"


@pytest.mark.parametrize(("trusted", "served"), [(True, False), (False, True)])
def test_clients_are_held_to_ca_certs_alone_where_there_are_some(
        secure, authority, local, tmp_path, trusted, served) -> None:
    public = Authority(tmp_path / "public")
    (tmp_path / "none").mkdir()
    machine = {"SSL_CERT_FILE": str(public.certificate), "SSL_CERT_DIR": str(tmp_path / "none")}
    ca_certs = {"ca_certs": [str(authority.certificate)]} if trusted else {}
    gateway = secure(keys=[local.listener_pair], enable_mtls=True, env=machine, **ca_certs)
    who = public.issue("client")
    said = s_client(gateway, "-cert", str(who.certificate), "-key", str(who.key), typed=LAST)
    assert ('{"ok":1}' in said) == served
