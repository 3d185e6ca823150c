"""The OpenID provider of npm's `oidc-provider`: what the relying parties are calibrated on."""

import contextlib
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from joserfc.jwk import RSAKey

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
    if public:
        return {**about, "grant_types": grants, "token_endpoint_auth_method": "none"}
    return {
        **about,
        "client_secret": SECRET,
        "grant_types": [*grants, "client_credentials"],
        "token_endpoint_auth_method": "client_secret_basic",
    }


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
