#!/usr/bin/env python3
"""A toy identity server: its tokens and key sets look like those of Keycloak and Auth0.

    identity.py [PORT]

    GET  /realms/shop/protocol/openid-connect/certs   Keycloak's key set
    GET  /.well-known/jwks.json                       Auth0's
    GET  /keycloak/NAME, /auth0/NAME                  a token of a user: ada, bob or eve
    POST /rotate                                      both sign with new keys from now on

It asks nobody for a password, so it protects nothing. The openssl command makes its keys, and
signs with them."""

from __future__ import annotations

import base64
import hashlib
import json
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MINUTES_5 = 300
USERS = {"ada": 7, "bob": 8, "eve": 9}
ADMINS = {"ada"}
CUSTOMERS = {"ada", "bob"}


def openssl(*arguments: str, data: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True)
    return done.stdout


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Key:
    """An RSA key with a certificate that it signed itself."""

    def __init__(self, folder: Path, use: str, algorithm: str) -> None:
        self.use = use
        self.algorithm = algorithm
        self.path = folder / f"{time.monotonic_ns()}.pem"
        self.path.write_bytes(openssl("genrsa", "2048"))
        pem = openssl("req", "-x509", "-key", str(self.path), "-subj", "/CN=shop", "-days", "90")
        self.certificate = ssl.PEM_cert_to_DER_cert(pem.decode())
        modulus = openssl("rsa", "-in", str(self.path), "-noout", "-modulus")
        self.modulus = bytes.fromhex(modulus.decode().strip().partition("=")[2])
        self.kid = base64url(hashlib.sha256(self.modulus).digest())

    def jwk(self) -> dict[str, object]:
        """As both servers show it: with its certificate and the thumbprint of that."""
        return {"kid": self.kid, "kty": "RSA", "alg": self.algorithm, "use": self.use,
                "n": base64url(self.modulus), "e": "AQAB",
                "x5c": [base64.b64encode(self.certificate).decode()],
                "x5t": base64url(hashlib.sha1(self.certificate).digest()),
                "x5t#S256": base64url(hashlib.sha256(self.certificate).digest())}

    def sign(self, claims: dict[str, object]) -> str:
        header = {"alg": self.algorithm, "typ": "JWT", "kid": self.kid}
        signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
        signature = openssl("dgst", "-sha256", "-sign", str(self.path), data=signed.encode())
        return signed + "." + base64url(signature)


def times() -> dict[str, object]:
    now = int(time.time())
    return {"exp": now + MINUTES_5, "iat": now}


def keycloak_claims(name: str) -> dict[str, object]:
    """`typ` says that it is an access token, `azp` which client asked for it."""
    roles = ["default-roles-shop"] + ["customer"] * (name in CUSTOMERS)
    return {**times(), "jti": f"onrtac:{time.time_ns()}",
            "iss": "https://id.example.com/realms/shop", "aud": ["shop-api", "account"],
            "sub": f"f3b1-{USERS[name]}", "typ": "Bearer", "azp": "shop-web",
            "sid": "9a1c", "acr": "1", "allowed-origins": ["https://shop.example.com"],
            "realm_access": {"roles": roles},
            "resource_access": {"account": {"roles": ["view-profile"]}},
            "scope": "openid profile", "preferred_username": name, "customer": USERS[name]}


def auth0_claims(name: str) -> dict[str, object]:
    """What is not of the standard has a URL as its name."""
    permissions = ["read:users"] + ["delete:users"] * (name in ADMINS)
    return {**times(), "iss": "https://shop.eu.auth0.com/", "sub": f"auth0|{USERS[name]}",
            "aud": ["https://api.shop.example.com", "https://shop.eu.auth0.com/userinfo"],
            "azp": "kZ3mPq", "scope": "openid profile read:users", "permissions": permissions,
            "https://shop.example.com/roles": ["admin"] if name in ADMINS else [],
            "https://shop.example.com/customer": USERS[name]}


class Identity:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.encryption = Key(folder, "enc", "RSA-OAEP")
        self.current, self.next = self.signing(), self.signing()

    def signing(self) -> Key:
        return Key(self.folder, "sig", "RS256")

    def rotate(self) -> None:
        """The next key, which has been in Auth0's set for a while, becomes the current one."""
        self.current, self.next = self.next, self.signing()

    def answer(self, path: str) -> object:
        """An object, a token, or None for what is not there."""
        place, _, name = path.rpartition("/")
        if path == "/realms/shop/protocol/openid-connect/certs":
            return {"keys": [self.encryption.jwk(), self.current.jwk()]}
        if path == "/.well-known/jwks.json":
            return {"keys": [self.current.jwk(), self.next.jwk()]}
        claims: dict[str, Callable[[str], dict[str, object]]] = {
            "/keycloak": keycloak_claims, "/auth0": auth0_claims}
        if place in claims and name in USERS:
            return self.current.sign(claims[place](name))
        return None


def handler(identity: Identity) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # noqa: N802
            answer = identity.answer(self.path)
            if answer is None:
                self.give(404, "text/plain", "no such thing\n")
            elif isinstance(answer, str):
                self.give(200, "text/plain", answer)
            else:
                self.give(200, "application/json", json.dumps(answer))

        def do_POST(self) -> None:  # noqa: N802
            if self.path != "/rotate":
                return self.give(404, "text/plain", "no such thing\n")
            identity.rotate()
            return self.give(200, "text/plain", "rotated\n")

        def give(self, status: int, kind: str, text: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text)))
            self.send_header("Cache-Control", "max-age=300")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    return Handler


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="identity-") as folder:
        port = int(sys.argv[1]) if len(sys.argv) > 1 else 9010
        server = ThreadingHTTPServer(("127.0.0.1", port), handler(Identity(Path(folder))))
        print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            pass
