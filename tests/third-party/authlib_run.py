"""Tokens between Ambit and two other implementations of JOSE: Authlib's own and joserfc.

For each algorithm that a realm can sign with, a client authenticates by assertions of joserfc under every algorithm
(RFC 7523), and both verify the access token that it gets (RFC 9068) with the keys that the realm publishes. Tokens
broken in any of the ways of `broken_tokens` are refused by all three.
"""

import secrets
import time
import warnings
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

import ambit
import web
from broken_tokens import breakages
from processes import Failure

with warnings.catch_warnings():
    import authlib.deprecate

    # Authlib announces that its own implementation will go; until then it is one more that judges.
    warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
    from authlib.jose import JsonWebKey, JsonWebToken
    from authlib.jose.errors import JoseError as AuthlibError

# RFC 9864 deprecates the name `EdDSA`; it is what most of the world still writes.
warnings.simplefilter("ignore", SecurityWarning)

SIGNING = ("ES256", "EdDSA", "RS256", "PS256")
# RFC 9864 names what `EdDSA` means on its curve; Authlib does not know the name.
ASSERTION = (*SIGNING, "ES384", "ES512", "RS384", "RS512", "PS384", "PS512", "Ed25519")
CURVES = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def run(target):
    administrator = target.administrator
    rights = ("tenants:create", "realms:create")
    system = ambit.token(administrator["token_endpoint"], administrator, rights)
    base = administrator["issuer"].partition("/v1/")[0]
    ambit.manage(f"{base}/v1/tenants", system, {"name": "interop"})
    refused = 0
    for algorithm in SIGNING:
        refused += realm_suite(base, system, algorithm)
    print(f"authlib: {len(SIGNING)} × {len(ASSERTION)} algorithms both ways, {refused} broken tokens refused")


def realm_suite(base, system, algorithm):
    """All that is tried in a realm that signs with one algorithm. Returns how many broken tokens were refused."""
    body = {"name": algorithm.lower(), "signing_algorithm": algorithm}
    made = ambit.manage(f"{base}/v1/tenants/interop/realms", system, body)
    realm = Realm(made["issuer"])
    administrator = made["administrator"]
    admin = ambit.token(
        realm.metadata["token_endpoint"], administrator, ("applications:create", "assigned-scopes:create")
    )
    refused = 0
    for assertion_algorithm in ASSERTION:
        key = make_key(assertion_algorithm)
        client = make_client(realm, admin, key, assertion_algorithm)
        token = realm.token(assertion(realm, client, key, assertion_algorithm))
        both_verify(realm, token, algorithm, client)
    refused += broken_access_tokens(realm, admin, token, algorithm)
    refused += broken_assertions(realm, client, key, assertion_algorithm)
    return refused


class Realm:
    """What a relying party learns of a realm from its issuer alone."""

    def __init__(self, issuer):
        parts = urlsplit(issuer)
        well_known = "/.well-known/oauth-authorization-server"
        # RFC 8414 §3.1: the well-known part goes between host and path.
        self.metadata = web.send("GET", f"{parts.scheme}://{parts.netloc}{well_known}{parts.path}").body
        if self.metadata["issuer"] != issuer:
            raise Failure(f"{issuer} publishes the metadata of {self.metadata['issuer']}")
        self.issuer = issuer

    def keys(self):
        return web.send("GET", self.metadata["jwks_uri"]).body

    def ask(self, client_assertion):
        form = f"grant_type=client_credentials&scope=scim%3Aread&client_assertion={client_assertion}"
        form += f"&client_assertion_type={ASSERTION_TYPE.replace(':', '%3A')}"
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return web.send("POST", self.metadata["token_endpoint"], body=form.encode(), headers=headers)

    def token(self, client_assertion):
        answer = self.ask(client_assertion)
        if answer.status != 200:
            raise Failure(f"an assertion is refused: {answer.status} {answer.text}")
        return answer.body["access_token"]

    def accepts(self, token):
        url = f"{self.issuer}/scim/v2/Users"
        status = web.send("GET", url, headers=web.bearer(token)).status
        if status not in (200, 401):
            raise Failure(f"GET {url}: {status}")
        return status == 200


def make_key(algorithm):
    if algorithm in CURVES:
        return ECKey.generate_key(CURVES[algorithm])
    if algorithm in ("EdDSA", "Ed25519"):
        return OKPKey.generate_key("Ed25519")
    return RSAKey.generate_key(2048)


def make_client(realm, admin, key, algorithm):
    """A client that authenticates with the key. Returns its `client_id`."""
    public = key.as_dict(private=False) | {"use": "sig", "alg": algorithm, "kid": "the-key"}
    body = {
        "name": f"client with {algorithm}",
        "type": "confidential",
        "service_account": True,
        "grant_types": ["client_credentials"],
        "token_endpoint_auth_method": "private_key_jwt",
        "jwks": {"keys": [public]},
    }
    created = ambit.manage(f"{realm.issuer}/applications", admin, body)
    assigned = f"{realm.issuer}/applications/{created['id']}/assigned-scopes"
    ambit.manage(assigned, admin, {"scope": "scim:read"})
    return created["client_id"]


def assertion(realm, client, key, algorithm):
    """RFC 7523 §3, with the issuer as the one audience."""
    now = int(time.time())
    claims = {"iss": client, "sub": client, "aud": realm.issuer, "iat": now, "exp": now + 60}
    claims["jti"] = secrets.token_urlsafe(16)
    header = {"alg": algorithm, "typ": "client-authentication+jwt", "kid": "the-key"}
    return jwt.encode(header, claims, key, algorithms=[algorithm])


def joserfc_verifies(token, keys, algorithm):
    """The claims, or None."""
    try:
        return jwt.decode(token, KeySet.import_key_set(keys), algorithms=[algorithm]).claims
    except (JoseError, ValueError):
        return None


def authlib_verifies(token, keys, algorithm):
    """The claims, or None."""
    try:
        return JsonWebToken([algorithm]).decode(token, JsonWebKey.import_key_set(keys))
    except (AuthlibError, ValueError):
        return None


VERIFIERS = (joserfc_verifies, authlib_verifies)


def both_verify(realm, token, algorithm, client):
    for verifies in VERIFIERS:
        claims = verifies(token, realm.keys(), algorithm)
        if claims is None:
            raise Failure(f"{verifies.__name__}: not a token under {algorithm}: {token}")
        wanted = {"iss": realm.issuer, "sub": client, "client_id": client, "scope": "scim:read"}
        for name, value in wanted.items():
            if claims.get(name) != value:
                raise Failure(f"{verifies.__name__}: `{name}` is {claims.get(name)!r}, not {value!r}")
        if not claims["iat"] <= time.time() < claims["exp"]:
            raise Failure(f"{verifies.__name__}: not valid now: {claims}")


def broken_access_tokens(realm, admin, token, algorithm):
    if not realm.accepts(token):
        raise Failure("the realm refuses its own token")
    refused = 0
    for name, broken in breakages(token, realm.keys()["keys"]):
        for verifies in VERIFIERS:
            if verifies(broken, realm.keys(), algorithm) is not None:
                raise Failure(f"{verifies.__name__} takes a broken token ({name}): {broken}")
        if realm.accepts(broken):
            raise Failure(f"Ambit takes a broken token ({name}): {broken}")
        refused += 1
    return refused


def broken_assertions(realm, client, key, algorithm):
    public = key.as_dict(private=False)
    refused = 0
    good = assertion(realm, client, key, algorithm)
    for name, broken in breakages(good, [public]):
        answer = realm.ask(broken)
        if (answer.status, answer.body.get("error")) != (401, "invalid_client"):
            raise Failure(f"a broken assertion ({name}): {answer.status} {answer.text}")
        if joserfc_verifies(broken, {"keys": [public]}, algorithm) is not None:
            raise Failure(f"joserfc takes a broken assertion ({name}): {broken}")
        refused += 1
    # What was altered is what made the difference.
    realm.token(good)
    return refused
