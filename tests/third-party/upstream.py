"""The OpenID provider of npm's `oidc-provider`: what the relying parties are calibrated on, and whom Ambit asks."""

import contextlib
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import RSAKey

import ambit
from processes import Failure, NotReady, show_end, stop

PROGRAM = Path(__file__).resolve().parent / "node/upstream.mjs"
SECRET = "the-secret-of-a-client-of-the-peer"
ACCOUNTS = (
    {
        "username": "ann",
        "password": "ann's password is long",
        "claims": {"sub": "id-of-ann", "email": "ann@example.com", "email_verified": True, "name": "Ann Archer"},
    },
    {
        "username": "bob",
        "password": "bob's password is longer",
        "claims": {"sub": "id-of-bob", "email": "bob@example.com", "email_verified": False, "name": "Bob Baker"},
    },
)
# The claims of each scope, as `node/upstream.mjs` has them.
CLAIMS = {"email": ("email", "email_verified"), "profile": ("name",)}


@dataclass
class Upstream:
    """A running provider: where it listens, what it calls itself, and its signing key."""

    port: int
    issuer: str
    key: RSAKey


def signing_key():
    return RSAKey.generate_key(2048, {"kid": "the-key-of-the-peer", "use": "sig", "alg": "RS256"})


def client(name, place, public=False):
    """The metadata of a client (RFC 7591 §2) that may do all that relying parties do."""
    grants = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
    about = {
        "client_id": name,
        "application_type": "native" if public else "web",
        "redirect_uris": [place["redirect_uri"]],
        "post_logout_redirect_uris": [place["post_logout_redirect_uri"]],
        "response_types": ["code"],
    }
    if "backchannel_logout_uri" in place:
        about |= {"backchannel_logout_uri": place["backchannel_logout_uri"], "backchannel_logout_session_required": True}
    if public:
        return {**about, "grant_types": grants, "token_endpoint_auth_method": "none"}
    return {
        **about,
        "client_secret": SECRET,
        "grant_types": [*grants, "client_credentials"],
        "token_endpoint_auth_method": "client_secret_basic",
    }


def client_of_ambit(provider):
    """The metadata of Ambit as a client here. `provider` is the object of the management API that is about this provider."""
    return {
        "client_id": "ambit",
        "client_secret": SECRET,
        "redirect_uris": [provider["redirect_uri"]],
        "response_types": ["code"],
        "grant_types": ["authorization_code"],
        "token_endpoint_auth_method": "client_secret_basic",
    }


def at_ambit(target, issuer, **settings):
    """Makes the provider of this issuer known to a realm of Ambit. Returns the object of the management API."""
    body = {
        "name": "The peer",
        "issuer": issuer,
        "client_id": "ambit",
        "client_secret": SECRET,
        "scopes": ["openid", "profile", "email"],
        "attributes": {"name": "displayName", "email": "emails.value"},
        **settings,
    }
    admin = ambit.administrator(target.administrator, "identity-providers:create")
    return ambit.manage(f"{target.issuer}/identity-providers", admin, body)


@contextlib.contextmanager
def serving(clients, issuer=None, port=0, dev=False):
    """Runs a provider with these clients while the block lasts."""
    key = signing_key()
    config = {"clients": clients, "accounts": ACCOUNTS, "keys": [key.as_dict(private=True)]}
    config |= {"port": port, "dev": dev} | ({"issuer": issuer} if issuer else {})
    with tempfile.TemporaryDirectory(prefix="upstream-") as folder:
        log = Path(folder) / "log"
        with open(log, "wb") as errors:
            process = subprocess.Popen(
                ["node", PROGRAM, json.dumps(config)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        try:
            line = process.stdout.readline()
            if not line:
                raise NotReady("oidc-provider ended while starting")
            ready = json.loads(line)
            yield Upstream(ready["port"], ready["issuer"], key)
        except Failure:
            show_end(log, "oidc-provider")
            raise
        finally:
            stop(process)
