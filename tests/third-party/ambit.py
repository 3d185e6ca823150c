"""A running Ambit on an empty store, and what the suites need in it: a client with `scim:read scim:write`."""

import base64
import contextlib
import json
import stat
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import web
from processes import Failure, free_port, running, wait_until

SCIM_SCOPES = ("scim:read", "scim:write")


@dataclass
class Target:
    """A SCIM service provider to test: its root, the token that every request carries, and the credentials of
    Ambit's first administrator, which the peer does not have."""

    url: str
    token: str
    administrator: dict = field(default_factory=dict, repr=False)

    @property
    def issuer(self):
        """The realm's issuer (Ambit only)."""
        return self.administrator["issuer"]

    @property
    def headers(self):
        return web.bearer(self.token)

    def send(self, method, path, **options):
        headers = {**self.headers, **options.pop("headers", {})}
        return web.send(method, self.url + path, headers=headers, **options)


@contextlib.contextmanager
def serving(binary, store_url, host="127.0.0.1"):
    """Runs `ambit serve` while the block lasts, and yields a target in its system realm. Others reach it as `host`."""
    with tempfile.TemporaryDirectory(prefix="ambit-") as folder:
        folder = Path(folder)
        store_url = store_url or f"sqlite:{folder / 'ambit.sqlite3'}"
        port = free_port()
        base = f"http://{host}:{port}"
        credentials = folder / "bootstrap.json"
        command = [binary, "serve", "--listen", f"127.0.0.1:{port}", "--base-url", base]
        command += ["--store", store_url, "--master-key-file", folder / "ambit.key", "--bootstrap-credentials", credentials]
        # Providers and applications that it asks are on this machine too.
        command += ["--outbound-loopback"]
        with running(command, "ambit serve", folder / "log", must_stop_cleanly=True) as process:
            wait_until(lambda: web.send("GET", f"{base}/ready").status == 200, "ambit serve", process)
            yield Target(*set_up(credentials))


def set_up(credentials):
    """Makes a client for the suites with the bootstrap administrator's rights. Returns a target's fields."""
    mode = stat.S_IMODE(credentials.stat().st_mode)
    if mode != 0o600:
        raise Failure(f"the bootstrap credentials are readable by others: mode {mode:o}, not 600")
    first = json.loads(credentials.read_text())
    issuer, endpoint = first["issuer"], first["token_endpoint"]
    admin = administrator(first, "applications:create", "assigned-scopes:create")
    created = manage(
        f"{issuer}/applications",
        admin,
        {
            "name": "third-party suites",
            "type": "confidential",
            "service_account": True,
            "grant_types": ["client_credentials"],
            "token_endpoint_auth_method": "client_secret_basic",
        },
    )
    for scope in SCIM_SCOPES:
        assigned = f"{issuer}/applications/{created['id']}/assigned-scopes"
        manage(assigned, admin, {"scope": scope})
    return f"{issuer}/scim/v2", token(endpoint, created, SCIM_SCOPES), first


def token(endpoint, client, scopes=()):
    """An access token by client credentials (RFC 6749 §4.4), with the secret in the header (§2.3.1); without scopes, one
    with all that the client has by default."""
    pair = f"{quote(client['client_id'], safe='')}:{quote(client['client_secret'], safe='')}"
    answer = web.send(
        "POST",
        endpoint,
        body=("grant_type=client_credentials" + (f"&scope={quote(' '.join(scopes))}" if scopes else "")).encode(),
        headers={
            "Authorization": "Basic " + base64.b64encode(pair.encode()).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        },
    )
    if answer.status != 200:
        raise Failure(f"no token for {' '.join(scopes)}: {answer.status} {answer.text}")
    if scopes and set(answer.body.get("scope", " ".join(scopes)).split()) != set(scopes):
        raise Failure(f"asked for {' '.join(scopes)}, was granted {answer.body['scope']}")
    return answer.body["access_token"]


def administrator(first, *rights):
    """An access token with some of the bootstrap administrator's rights."""
    return token(first["token_endpoint"], first, rights)


def manage(url, admin, body, method="POST"):
    """Creates something through the management API, or changes it with PATCH. Returns it."""
    headers = {**web.bearer(admin), "Content-Type": "application/json"}
    answer = web.send(method, url, body=body, headers=headers)
    if answer.status != (201 if method == "POST" else 200):
        raise Failure(f"{method} {url}: {answer.status} {answer.text}")
    return answer.body
