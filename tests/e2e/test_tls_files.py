"""The files that TLS needs: looked at by lint and at the start, and their end is a metric."""

from __future__ import annotations

import json
import os
import subprocess
from datetime import datetime, timedelta, timezone

import pytest

from certificates import FUTURE, NOW, PAST, Authority
from gateway import aggregator
from management import Management, admin
from settings import backend, endpoint, service

STAMP = "%Y%m%d%H%M%SZ"
OF_TLS = ("certificate", "private-key", "mtls", "weak-ciphers")


def in_days(days: float) -> tuple[str, str]:
    return NOW[0], (datetime.now(timezone.utc) + timedelta(days=days)).strftime(STAMP)


@pytest.fixture(scope="module")
def good(authority):
    return authority.issue("good.test")


def listener(identity, **more) -> dict:
    return service(tls={"keys": [identity.listener_pair], **more})


def client(identity) -> dict:
    return service(endpoint("/e", backend("https://127.0.0.1:1")),
                   client_tls={"client_certs": [identity.client_pair]})


@pytest.fixture
def findings(write_config):
    """What lint says about TLS: `[(rule, severity, pointer)]`."""

    def run(config, *options):
        done = aggregator("lint", "--format", "json", *options, write_config(config))
        every = json.loads(done.stdout)["findings"]
        return [(one["rule"], one["severity"], one["pointer"]) for one in every
                if one["rule"].startswith(OF_TLS)]

    return run


@pytest.fixture
def refused(write_config):
    """What `run` says about a configuration that it does not start with."""

    def run(config) -> str:
        done = aggregator("run", "--config", write_config(config), "--listen", "127.0.0.1:0")
        assert done.returncode == 1, done.stderr
        return done.stderr

    return run


def test_good_files_are_not_told(findings, good) -> None:
    assert findings(listener(good)) == findings(client(good)) == []


@pytest.mark.parametrize("side", [listener, client])
def test_a_file_that_is_not_there_is_a_warning_of_lint_and_stops_the_start(
        findings, refused, good, side) -> None:
    config = json.loads(json.dumps(side(good)).replace(str(good.key), "/nowhere/a.key"))
    where = "/tls/keys/0" if side is listener else "/client_tls/client_certs/0"
    assert findings(config) == [("certificate-unreadable", "warning", f"{where}/private_key")]
    text = refused(config)
    assert "cannot read '/nowhere/a.key'" in text and " error " in text
    assert "aggregator.json:" in text and "[certificate-unreadable]" in text


def test_a_certificate_that_is_not_there_is_told_at_its_key(findings, refused, good) -> None:
    config = listener(good)
    config["tls"]["keys"].append({"public_key": "/nowhere/a.pem", "private_key": str(good.key)})
    assert findings(config) == [("certificate-unreadable", "warning", "/tls/keys/1/public_key")]
    assert "/nowhere/a.pem" in refused(config)


def test_the_pair_of_older_files_is_looked_at_too(findings) -> None:
    config = service(tls={"public_key": "/nowhere/a.pem", "private_key": "/nowhere/a.key"})
    assert {pointer for _, _, pointer in findings(config)} == {"/tls/public_key",
                                                              "/tls/private_key"}


def test_a_key_of_another_certificate_is_an_error(findings, refused, authority, good) -> None:
    config = listener(good)
    config["tls"]["keys"][0]["private_key"] = str(authority.issue("other.test").key)
    assert findings(config) == [("certificate-unusable", "error", "/tls/keys/0/private_key")]
    assert "does not belong to the first certificate" in refused(config)


def test_a_file_without_a_certificate_is_an_error(findings, refused, tmp_path, good) -> None:
    config = listener(good)
    (tmp_path / "empty.pem").write_text("nothing\n")
    config["tls"]["keys"][0]["public_key"] = str(tmp_path / "empty.pem")
    assert findings(config) == [("certificate-unusable", "error", "/tls/keys/0/public_key")]
    assert "holds no certificate" in refused(config)


def test_a_key_behind_a_passphrase_is_an_error(findings, tmp_path, good) -> None:
    locked = tmp_path / "locked.key"
    subprocess.run(["openssl", "pkey", "-in", good.key, "-aes256", "-passout", "pass:x",
                    "-out", locked], check=True, capture_output=True)
    locked.chmod(0o600)
    config = listener(good)
    config["tls"]["keys"][0]["private_key"] = str(locked)
    assert findings(config) == [("certificate-unusable", "error", "/tls/keys/0/private_key")]


@pytest.mark.parametrize(("valid", "text"), [(PAST, "expired on 2020-02-01"),
                                             (FUTURE, "is not valid before 2048-01-01")])
def test_a_certificate_out_of_its_time_is_an_error_of_lint_and_a_warning_at_the_start(
        findings, start, authority, valid, text) -> None:
    config = listener(authority.issue("late.test", valid=valid))
    assert findings(config) == [("certificate-expired", "error", "/tls/keys/0/public_key")]
    line = start(config).wait_for_line(lambda one: "[certificate-expired]" in one)
    assert text in line and " warning " in line


@pytest.mark.parametrize(("days", "told"), [(29.9, True), (30.1, False), (0.5, True)])
def test_a_certificate_is_told_from_thirty_days_before_its_end(findings, start, authority, days,
                                                               told) -> None:
    config = client(authority.issue("soon.test", valid=in_days(days)))
    where = "/client_tls/client_certs/0/certificate"
    expected = [("certificate-expires-soon", "warning", where)] if told else []
    assert findings(config) == expected
    assert ("[certificate-expires-soon]" in start(config).stderr) == told


@pytest.mark.parametrize(("mode", "told"), [(0o600, False), (0o400, False), (0o640, True),
                                            (0o604, True), (0o620, True)])
def test_a_key_that_others_may_read_is_a_warning(findings, start, authority, mode, told) -> None:
    identity = authority.issue("open.test")
    os.chmod(identity.key, mode)
    expected = [("private-key-open", "warning", "/tls/keys/0/private_key")] if told else []
    assert findings(listener(identity)) == expected
    assert ("[private-key-open]" in start(listener(identity)).stderr) == told


def test_authorities_are_looked_at_for_each_side(findings, refused, good) -> None:
    nowhere = ["/nowhere/ca.pem"]
    config = listener(good, enable_mtls=True, ca_certs=nowhere, disable_system_ca_pool=True)
    assert findings(config) == [("certificate-unreadable", "warning", "/tls/ca_certs/0")]
    assert "/nowhere/ca.pem" in refused(config)
    config = service(endpoint("/e", backend("https://127.0.0.1:1")),
                     client_tls={"ca_certs": nowhere})
    assert findings(config) == [("certificate-unreadable", "warning", "/client_tls/ca_certs/0")]
    assert "/nowhere/ca.pem" in refused(config)


def test_a_bundle_has_expired_once_all_of_it_has(findings, authority, tmp_path, good) -> None:
    old = authority.issue("old.test", valid=PAST).certificate.read_text()
    bundle = tmp_path / "bundle.pem"
    config = service(client_tls={"ca_certs": [str(bundle)]})
    bundle.write_text(old + good.certificate.read_text())
    assert findings(config) == []
    bundle.write_text(old + old)
    assert findings(config) == [("certificate-expired", "error", "/client_tls/ca_certs/0")]


def test_what_is_disabled_is_not_looked_at(findings, start) -> None:
    config = service(tls={"disabled": True, "public_key": "/no", "private_key": "/no"})
    assert findings(config) == []
    start(config)


def test_the_severity_is_the_users_choice(findings, authority) -> None:
    config = listener(authority.issue("late.test", valid=PAST))
    assert findings(config, "--rule", "certificate-expired=off") == []
    config["@lint"] = {"certificate-expired": "advice"}
    assert findings(config) == [("certificate-expired", "advice", "/tls/keys/0/public_key")]


def test_the_end_of_each_certificate_is_a_metric(start, authority, good) -> None:
    soon = authority.issue("soon.test", valid=(NOW[0], "20401231235959Z"))
    config = client(good) | {"tls": {"keys": [soon.listener_pair]}}
    config["extra_config"] = {"admin": admin()}
    text = Management(start(config)).get("/metrics").text
    ends = datetime(2040, 12, 31, 23, 59, 59, tzinfo=timezone.utc).timestamp()
    found = dict(line.rsplit(" ", 1) for line in text.splitlines()
                 if line.startswith("aggregator_certificate_expiry_seconds{"))
    series = f'aggregator_certificate_expiry_seconds{{certificate="{soon.certificate}"}}'
    assert float(found[series]) == ends
    assert len(found) == 2


def is_served(gateway, authority, who) -> bool:
    done = subprocess.run(
        ["curl", "-s", "--cacert", authority.certificate, "--cert", who.certificate, "--key",
         who.key, "--connect-to", f"good.test:1:127.0.0.1:{gateway.address[1]}",
         "https://good.test:1/__health"], capture_output=True, text=True, check=False)
    return '"status":"ok"' in done.stdout


@pytest.fixture
def public(tmp_path):
    """A public authority, and the environment of a machine that trusts it."""
    one = Authority(tmp_path / "public")
    (tmp_path / "none").mkdir()
    return one, {"SSL_CERT_FILE": str(one.certificate), "SSL_CERT_DIR": str(tmp_path / "none")}


def test_mutual_tls_with_ca_certs_trusts_nobody_else(start, authority, good, public) -> None:
    of_the_system, machine = public
    config = listener(good, enable_mtls=True, ca_certs=[str(authority.certificate)])
    gateway = start(config, env=machine)
    assert is_served(gateway, authority, authority.issue("client"))
    assert not is_served(gateway, authority, of_the_system.issue("client"))


def test_mutual_tls_with_ca_certs_does_not_trust_the_own_certificate(start, authority,
                                                                     public) -> None:
    """A self-signed certificate of the listener is no authority for clients."""
    own, _ = public
    config = service(tls={"keys": [own.identity.listener_pair], "enable_mtls": True,
                          "ca_certs": [str(authority.certificate)]})
    gateway = start(config)
    done = subprocess.run(
        ["curl", "-sk", "--cert", own.identity.certificate, "--key", own.identity.key,
         f"https://127.0.0.1:{gateway.address[1]}/__health"], capture_output=True, check=False)
    assert done.returncode != 0 and done.stdout == b""


def test_mutual_tls_without_ca_certs_trusts_the_systems_authorities(start, findings, authority,
                                                                    good, public) -> None:
    of_the_system, machine = public
    config = listener(good, enable_mtls=True)
    assert findings(config) == [("mtls-public-authorities", "warning", "/tls/enable_mtls")]
    assert is_served(start(config, env=machine), authority, of_the_system.issue("client"))


def test_disable_system_ca_pool_leaves_the_systems_authorities_out(start, authority, good,
                                                                   public) -> None:
    of_the_system, machine = public
    config = listener(good, enable_mtls=True, disable_system_ca_pool=True)
    assert not is_served(start(config, env=machine), authority, of_the_system.issue("client"))


def test_mutual_tls_that_leaves_the_systems_store_out_by_itself_is_advice(findings, authority,
                                                                          good) -> None:
    config = listener(good, enable_mtls=True, ca_certs=[str(authority.certificate)])
    assert findings(config) == [("mtls-ca-certs-alone", "advice", "/tls/enable_mtls")]
    config["tls"]["disable_system_ca_pool"] = True
    assert findings(config) == []


@pytest.mark.parametrize("suite", [1, 2, 5, 8, 10, 24, 47, 53, 60, 156, 157, 9999, 49159, 49161,
                                   49169, 49170, 49171, 49172, 49187, 49191])
def test_obsolete_cipher_suites_are_told(findings, good, suite) -> None:
    config = listener(good, cipher_suites=[49195, suite])
    assert findings(config) == [("weak-ciphers", "warning", "/tls/cipher_suites/1")]


def test_current_cipher_suites_are_not_told(findings, good) -> None:
    suites = [49195, 49196, 49199, 49200, 52392, 52393, 52394, 158, 159, 4865, 4866, 4867, 4868]
    assert findings(listener(good, cipher_suites=suites)) == []
