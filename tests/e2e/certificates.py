"""Certificates for one test run: authorities, and what they sign, made with the openssl command."""

from __future__ import annotations

import ipaddress
import itertools
import ssl
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOW = ("20200101000000Z", "20491231235959Z")
PAST = ("20200101000000Z", "20200201000000Z")
FUTURE = ("20480101000000Z", "20491231235959Z")

EC = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256")
RSA = ("rsa:2048",)

RULES = """[ca]
default_ca = authority
[authority]
new_certs_dir = .
database = index
rand_serial = yes
unique_subject = no
policy = anything
default_md = sha256
copy_extensions = copy
[anything]
commonName = supplied
"""


def strict(context: ssl.SSLContext) -> ssl.SSLContext:
    """An end without TLS's goodbye is an error, which Python has OpenSSL overlook."""
    context.options &= ~ssl.OP_IGNORE_UNEXPECTED_EOF
    return context


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, as paths of PEM files."""

    certificate: Path
    key: Path

    @property
    def listener_pair(self) -> dict[str, str]:
        return {"public_key": str(self.certificate), "private_key": str(self.key)}

    @property
    def client_pair(self) -> dict[str, str]:
        return {"certificate": str(self.certificate), "private_key": str(self.key)}

    def server_context(self) -> ssl.SSLContext:
        context = strict(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER))
        context.load_cert_chain(self.certificate, self.key)
        return context


class Authority:
    """Signs certificates. Its own one is self-signed and lies beside those it has signed."""

    def __init__(self, folder: Path, name: str = "Test Authority") -> None:
        self.folder = folder
        self.counter = itertools.count()
        folder.mkdir()
        (folder / "rules").write_text(RULES)
        (folder / "index").touch()
        self.identity = Identity(folder / "authority.pem", folder / "authority.key")
        self._openssl("req", "-x509", "-newkey", *EC, "-nodes", "-subj", f"/CN={name}",
                      "-days", "3650", "-keyout", self.identity.key,
                      "-out", self.identity.certificate)

    @property
    def certificate(self) -> Path:
        return self.identity.certificate

    def issue(self, *names: str, subject: str | None = None, valid: tuple[str, str] = NOW,
              kind: tuple[str, ...] = EC) -> Identity:
        """A certificate for these DNS names and addresses; the first is also its subject."""
        stem = f"{next(self.counter)}-{names[0].replace('*', 'any')}"
        identity = Identity(self.folder / f"{stem}.pem", self.folder / f"{stem}.key")
        whose = "subjectAltName=" + ",".join(map(_kind_and_name, names))
        request = self._request(identity, kind, subject or names[0], whose)
        self._sign(request, identity, valid)
        return identity

    def issue_authority(self, name: str) -> Authority:
        """An authority that this one vouches for."""
        middle = Authority(self.folder / f"{next(self.counter)}-authority", name)
        request = self._request(middle.identity, EC, name, "basicConstraints=critical,CA:TRUE")
        self._sign(request, middle.identity, NOW)
        return middle

    def client_context(self, who: Identity | None = None) -> ssl.SSLContext:
        """Of a client that trusts this authority alone, and is `who` if asked."""
        context = strict(ssl.create_default_context(cafile=str(self.certificate)))
        if who:
            context.load_cert_chain(who.certificate, who.key)
        return context

    def _request(self, whose: Identity, kind: tuple[str, ...], subject: str,
                 extension: str) -> Path:
        """A request to sign a new key, which is written."""
        path = whose.key.with_suffix(".request")
        self._openssl("req", "-newkey", *kind, "-nodes", "-subj", f"/CN={subject}",
                      "-addext", extension, "-keyout", whose.key, "-out", path)
        return path

    def _sign(self, request: Path, whose: Identity, valid: tuple[str, str]) -> None:
        self._openssl("ca", "-batch", "-notext", "-config", "rules", "-in", request,
                      "-cert", self.identity.certificate, "-keyfile", self.identity.key,
                      "-startdate", valid[0], "-enddate", valid[1], "-out", whose.certificate)

    def _openssl(self, *arguments: object) -> None:
        subprocess.run(["openssl", *map(str, arguments)], cwd=self.folder, check=True,
                       capture_output=True)


def _kind_and_name(name: str) -> str:
    try:
        return f"IP:{ipaddress.ip_address(name)}"
    except ValueError:
        return f"DNS:{name}"
