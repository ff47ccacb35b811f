"""Tokens as an identity server makes them, and one whose keys change."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time

from backends import Exchange

HOUR_S = 3600


def base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def secret(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()


def jwk(name: str) -> dict:
    return {"kty": "oct", "kid": name, "alg": "HS256", "use": "sig", "k": base64url(secret(name))}


def token(name: str = "a", lasts_s: float = HOUR_S, **claims: object) -> str:
    """Signed with the key of that name."""
    parts = [{"alg": "HS256", "kid": name, "typ": "JWT"}, {"exp": time.time() + lasts_s, **claims}]
    signed = ".".join(base64url(json.dumps(part).encode()) for part in parts)
    return signed + "." + base64url(hmac.digest(secret(name), signed.encode(), "sha256"))


def bearer(name: str = "a", **more: object) -> dict[str, str]:
    return {"Authorization": f"Bearer {token(name, **more)}"}


class KeyServer:
    """A script of a backend: answers with the keys of `names`, or does what `answer` says."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.lifetime_s = 900
        self.answer: bytes | None = None
        self.hangs = False

    def __call__(self, exchange: Exchange) -> None:
        if self.hangs:
            exchange.wait_gone()
        elif self.answer is not None:
            exchange.send(self.answer)
        else:
            body = json.dumps({"keys": [jwk(name) for name in self.names]})
            exchange.send(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                          f"Cache-Control: max-age={self.lifetime_s}\r\n"
                          f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
