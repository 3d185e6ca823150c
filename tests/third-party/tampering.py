"""A proxy that breaks what a provider says, one thing at a time, to see that a relying party notices.

It holds the provider's signing key, so what it breaks is signed well unless the signature is what it breaks.
"""

import contextlib
import http.client
import json
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

NOT_FORWARDED = ("accept-encoding", "connection")
NOT_ANSWERED = ("connection", "content-length", "date", "keep-alive", "transfer-encoding")


@dataclass
class Said:
    """What the provider answered to a request for `path`."""

    path: str
    headers: list
    body: bytes

    def change_json(self, change):
        """Lets `change` alter the JSON object of the answer, if it is one."""
        with contextlib.suppress(ValueError):
            told = json.loads(self.body)
            change(told)
            self.body = json.dumps(told).encode()


@dataclass
class Tamper:
    """One thing to break, for parties that do what `needs` names; the step that must fail, and what its error must
    match."""

    name: str
    break_it: object
    step: str
    complaint: str
    needs: tuple = ()


def claims_changed(**changes):
    return lambda key: re_signed(key, lambda claims: claims | changes)


def re_signed(key, change, other_key=None):
    def change_answer(told):
        if "id_token" in told:
            token = jwt.decode(told["id_token"], key, algorithms=["RS256"])
            signer = other_key or key
            told["id_token"] = jwt.encode(token.header, change(token.claims), signer, algorithms=["RS256"])

    return lambda said: said.change_json(change_answer)


def signed_by_another(key):
    other = RSAKey.generate_key(2048, {"kid": key.kid, "use": "sig", "alg": "RS256"})
    return re_signed(key, lambda claims: claims, other)


def unsigned(_):
    def change_answer(told):
        if "id_token" in told:
            told["id_token"] = "eyJhbGciOiJub25lIn0." + told["id_token"].split(".")[1] + "."

    return lambda said: said.change_json(change_answer)


def redirect_changed(only_after="/callback", **changes):
    """Alters parameters of the redirect to a party's address, such as the authorization response (RFC 6749 §4.1.2);
    None takes one out."""

    def break_it(said):
        for index, (name, value) in enumerate(said.headers):
            parts = urlsplit(value)
            parameters = dict(parse_qsl(parts.query))
            if name.lower() == "location" and parts.path == only_after:
                parameters = {n: v for n, v in (parameters | changes).items() if v is not None}
                said.headers[index] = (name, urlunsplit(parts._replace(query=urlencode(parameters))))

    return lambda _: break_it


def member_changed(path_end, name, value):
    """Alters a member of the JSON that an endpoint answers with."""

    def break_it(said):
        if said.path.endswith(path_end):
            said.change_json(lambda told: told.update({name: value}))

    return lambda _: break_it


ELSEWHERE = "http://127.0.0.1:9/elsewhere"

TAMPERS = (
    Tamper("the metadata is of another issuer", member_changed("/openid-configuration", "issuer", ELSEWHERE),
           "discovery", "issuer"),
    Tamper("another state", redirect_changed(state="another"), "tokens", "state"),
    Tamper("another iss parameter", redirect_changed(iss=ELSEWHERE), "tokens", "iss"),
    Tamper("no iss parameter", redirect_changed(iss=None), "tokens", "iss"),
    Tamper("another nonce", claims_changed(nonce="another"), "tokens", "nonce"),
    Tamper("ID token of another issuer", claims_changed(iss=ELSEWHERE), "tokens", "iss"),
    Tamper("ID token for another client", claims_changed(aud="another"), "tokens", "aud|azp"),
    Tamper("expired ID token", claims_changed(iat=1, exp=2), "tokens", "exp"),
    Tamper("ID token signed by another key", signed_by_another, "tokens", "signature"),
    Tamper("unsigned ID token", unsigned, "tokens", "alg|signature"),
    Tamper("userinfo of another person", member_changed("/me", "sub", "id-of-bob"), "userinfo", "sub"),
    Tamper("userinfo without a claim", member_changed("/me", "email", None), "userinfo", "email"),
    Tamper("the refresh token stays", member_changed("/token", "refresh_token", "the same"),
           "refresh", "rotated|invalid_grant", ("refresh", "rotation")),
    Tamper("a revoked token is active", member_changed("/introspection", "active", True),
           "revocation", "revoked", ("introspection", "revocation")),
    Tamper("a claim of a scope that was left out", member_changed("/me", "email", "ann@example.com"),
           "left out", "left out", ("consent",)),
    Tamper("a scope that was left out is granted", member_changed("/token", "scope", "openid email"),
           "left out", "left out", ("consent",)),
    Tamper("another state after logout", redirect_changed(state="another", only_after="/signed-out"),
           "logout", "logout", ("logout",)),
)  # fmt: skip


@contextlib.contextmanager
def proxy():
    """Runs a proxy while the block lasts, and yields it. Its `behind` must be set to the port of a provider; its
    `break_it` may be set to a function that alters what the provider said."""

    class Handler(BaseHTTPRequestHandler):
        def forward(self):
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length) if length else None
            headers = {n: v for n, v in self.headers.items() if n.lower() not in NOT_FORWARDED}
            behind = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=30)
            behind.request(self.command, self.path, body, headers)
            answer = behind.getresponse()
            kept = [(n, v) for n, v in answer.getheaders() if n.lower() not in NOT_ANSWERED]
            said = Said(urlsplit(self.path).path, kept, answer.read())
            behind.close()
            if self.server.break_it:
                self.server.break_it(said)
            self.send_response_only(answer.status)
            for name, value in said.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        do_GET = do_POST = forward

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{server.server_port}"
    server.behind = None
    server.break_it = None
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
