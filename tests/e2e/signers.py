"""Keys of identity servers with a public part, and what they sign."""

from __future__ import annotations

import json
import time

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from identity import HOUR_S, base64url

EXPONENT = 65537


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


class RsaSigner:
    """An RSA key under a name."""

    def __init__(self, kid: str = "r", bits: int = 2048) -> None:
        self.kid = kid
        self.key = rsa.generate_private_key(EXPONENT, bits)

    def jwk(self, **more: object) -> dict:
        """Its public part."""
        public = self.key.public_key().public_numbers()
        return {"kty": "RSA", "kid": self.kid, "use": "sig", "n": _number(public.n),
                "e": _number(public.e), **more}

    def private_jwk(self) -> dict:
        """What should never be in a set of keys that others can read."""
        return self.jwk(d=_number(self.key.private_numbers().d))

    def public_texts(self) -> list[bytes]:
        """What everybody knows of it, in the forms that are used as secrets by mistake."""
        public = self.key.public_key()
        forms = serialization.PublicFormat
        found = [public.public_bytes(encoding, form)
                 for encoding in (serialization.Encoding.PEM, serialization.Encoding.DER)
                 for form in (forms.SubjectPublicKeyInfo, forms.PKCS1)]
        found += [found[0].rstrip(b"\n"), json.dumps(self.jwk()).encode(),
                  self.jwk()["n"].encode()]
        return found

    def token(self, lasts_s: float = HOUR_S, **claims: object) -> str:
        parts = [{"alg": "RS256", "kid": self.kid, "typ": "JWT"},
                 {"exp": time.time() + lasts_s, **claims}]
        signed = ".".join(base64url(json.dumps(part).encode()) for part in parts)
        signature = self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return signed + "." + base64url(signature)
