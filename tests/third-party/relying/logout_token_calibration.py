"""Shows that `logout_token.check` takes a good logout token, and notices whatever is wrong with one."""

import re
import sys
import time

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from logout_token import EVENT, check
from steps import Wrong

KEY, OTHER = (RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"}) for _ in range(2))
NOW = int(time.time())
ID_TOKEN = {"sub": "ann", "sid": "the session"}
CLAIMS = {"iss": "http://issuer", "aud": "client", "iat": NOW, "exp": NOW + 60, "jti": "x", "events": {EVENT: {}}, **ID_TOKEN}
# What is changed, None taking it out; and what must be said of it.
FLAWS = (
    ({"iss": "http://elsewhere"}, "iss"),
    ({"aud": "another"}, "aud"),
    ({"aud": None}, "aud"),
    ({"iat": NOW - 3600}, "iat"),
    ({"exp": NOW - 3600}, "exp"),
    ({"exp": None}, "exp"),
    ({"jti": None}, "jti"),
    ({"events": None}, "events"),
    ({"events": {"http://schemas.openid.net/event/another": {}}}, "events"),
    ({"nonce": "x"}, "nonce"),
    ({"sub": "bob"}, "sub"),
    ({"sid": "another"}, "sid"),
    ({"sid": None}, "sid"),
)


def verdict(changes, typ="logout+jwt", key=KEY):
    """What is said of a logout token with these changes; None if nothing is."""
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    token = jwt.encode({"alg": "RS256", "kid": "one", "typ": typ}, claims, key, algorithms=["RS256"])
    try:
        check(token, KeySet([KEY]).as_dict(), "http://issuer", "client", ID_TOKEN)
    except Wrong as wrong:
        return str(wrong)
    return None


def main():
    if verdict({}) is not None:
        sys.exit(f"a good logout token is refused: {verdict({})}")
    found = [(about, verdict(changes)) for changes, about in FLAWS]
    found += [("typ", verdict({}, typ="JWT")), ("signature", verdict({}, key=OTHER))]
    for about, said in found:
        if said is None or not re.search(rf"\b{about}\b", said):
            sys.exit(f"a logout token with another {about} is not noticed: {said}")
    print(f"logout tokens: {len(found)} broken ones are noticed")


if __name__ == "__main__":
    main()
