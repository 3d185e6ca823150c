"""What tells an application that somebody signed out (OpenID Connect Back-Channel Logout 1.0), as joserfc reads it."""

import time

from joserfc import jws, jwt
from joserfc.jwk import KeySet
from steps import must

EVENT = "http://schemas.openid.net/event/backchannel-logout"
LEEWAY = 60


def check(token, keys, issuer, client_id, id_token):
    """A logout token (§2.4, §2.6) of the session of an ID token, whose claims `id_token` are."""
    header = jws.extract_compact(token.encode()).headers()
    must(header.get("typ") == "logout+jwt", f"typ is {header.get('typ')!r}")
    try:
        claims = jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"]).claims
    except Exception as error:
        must(False, f"the signature does not hold: {error!r}")
    audience = claims.get("aud")
    must(claims.get("iss") == issuer, f"iss is {claims.get('iss')!r}")
    must(client_id in (audience if isinstance(audience, list) else [audience]), f"aud is {audience!r}")
    now = time.time()
    must(isinstance(claims.get("iat"), int) and abs(claims["iat"] - now) < LEEWAY, f"iat is {claims.get('iat')!r}")
    must("exp" in claims and now - LEEWAY < claims["exp"], f"exp is {claims.get('exp')!r}")
    must(isinstance(claims.get("jti"), str) and claims["jti"], "there is no jti")
    must(claims.get("events") == {EVENT: {}}, f"events is {claims.get('events')!r}")
    must("nonce" not in claims, "there is a nonce")
    must(claims.get("sub") == id_token["sub"], f"sub is {claims.get('sub')!r}")
    must(id_token.get("sid") and claims.get("sid") == id_token["sid"], f"sid is {claims.get('sid')!r}")
