"""Ways to break a signed token (RFC 8725 §2). Nobody may take one of them."""

import base64
import hashlib
import hmac
import json

from joserfc import jws
from joserfc.jwk import ECKey


def encode(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def breakages(token, public_keys):
    """Yields (name, token) for each way. `public_keys` are the JWKs that verify the good token."""
    header, payload, signature = token.split(".")
    fields, claims = json.loads(decode(header)), json.loads(decode(payload))
    octets = decode(signature)

    def with_header(**changes):
        changed = {name: value for name, value in {**fields, **changes}.items() if value is not None}
        return encode(json.dumps(changed).encode())

    yield "first bit of the signature", f"{header}.{payload}.{encode(bytes([octets[0] ^ 1]) + octets[1:])}"
    yield "last bit of the signature", f"{header}.{payload}.{encode(octets[:-1] + bytes([octets[-1] ^ 1]))}"
    yield "a shorter signature", f"{header}.{payload}.{encode(octets[:-1])}"
    yield "a longer signature", f"{header}.{payload}.{encode(octets + bytes(1))}"
    yield "a signature of zeros", f"{header}.{payload}.{encode(bytes(len(octets)))}"
    yield "no signature", f"{header}.{payload}."
    yield "two parts", f"{header}.{payload}"
    yield "four parts", f"{token}.{signature}"
    widened = encode(json.dumps({**claims, "scope": "scim:read scim:write", "sub": "someone else"}).encode())
    yield "another payload", f"{header}.{widened}.{signature}"
    yield "another `typ`", f"{with_header(typ='JOSE')}.{payload}.{signature}"
    for none in ("none", "None", "NONE"):
        yield f"alg {none}", f"{with_header(alg=none)}.{payload}."
    yield "an unknown `crit`", f"{with_header(crit=['exp'])}.{payload}.{signature}"
    yield "no `alg`", f"{with_header(alg=None)}.{payload}.{signature}"
    for key in public_keys:
        # RFC 8725 §2.1: the public key as the secret of an HMAC.
        for secret in (json.dumps(key).encode(), decode(key.get("x") or key["n"])):
            signed = f"{with_header(alg='HS256')}.{payload}"
            tag = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
            yield "the public key as an HMAC secret", f"{signed}.{encode(tag)}"
    # RFC 8725 §3.10: a key that comes with the token proves nothing.
    own = ECKey.generate_key("P-256")
    embedded = {**fields, "alg": "ES256", "jwk": own.as_dict(private=False)}
    yield "a key of its own", jws.serialize_compact(embedded, decode(payload), own, algorithms=["ES256"])
