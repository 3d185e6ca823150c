"""An application of Authlib whose redirection address nobody listens at: whoever signs in stops there."""

import secrets
from urllib.parse import parse_qs, urlsplit

import ambit
import web
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import KeySet
from processes import Failure

REDIRECT_URI = "https://application.example/callback"


class Application:
    """A confidential client of Ambit with these scopes, for which nobody is asked twice."""

    def __init__(self, target, scopes):
        self.issuer = target.issuer
        self.metadata = web.send("GET", f"{target.issuer}/.well-known/openid-configuration").body
        admin = ambit.administrator(target.administrator, "applications:create", "assigned-scopes:create")
        about = {
            "name": "An application for people of elsewhere",
            "type": "confidential",
            "redirect_uris": [REDIRECT_URI],
            "grant_types": ["authorization_code"],
            "token_endpoint_auth_method": "client_secret_basic",
        }
        self.client = ambit.manage(f"{target.issuer}/applications", admin, about)
        for scope in scopes:
            assigned = f"{target.issuer}/applications/{self.client['id']}/assigned-scopes"
            ambit.manage(assigned, admin, {"scope": scope, "consent_required": False})
        # With its first such client a realm gets keys for ID tokens.
        self.keys = KeySet.import_key_set(web.send("GET", self.metadata["jwks_uri"]).body)

    def request(self, scope="openid profile email", **more):
        """A new authorization request (OpenID Connect Core §3.1.2.1)."""
        return Request(self, scope, more)


class Request:
    """An authorization request: the `address` to open, and what its answer is checked with."""

    def __init__(self, application, scope, more):
        self.application = application
        self.nonce, self.verifier = secrets.token_urlsafe(), secrets.token_urlsafe(48)
        client = application.client
        self.session = OAuth2Session(client["client_id"], client["client_secret"], "client_secret_basic", scope=scope)
        self.session.redirect_uri = REDIRECT_URI
        self.address, self.state = self.session.create_authorization_url(
            application.metadata["authorization_endpoint"],
            nonce=self.nonce,
            code_challenge=create_s256_code_challenge(self.verifier),
            code_challenge_method="S256",
            **more,
        )

    def answered(self, page):
        """The parameters with which a person is sent back; they must have been."""
        back = page.headers.get("Location", "")
        if not back.startswith(REDIRECT_URI):
            raise Failure(f"nobody is sent back from {page.url}: {page.status_code} {page.text[:2000]}")
        parameters = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        if parameters.get("state") != self.state or parameters.get("iss") != self.application.issuer:
            raise Failure(f"the answer is to another request: {parameters}")
        return parameters

    def tokens(self, page):
        """The access token, and the claims of the verified ID token."""
        code = self.answered(page).get("code")
        tokens = self.session.fetch_token(
            self.application.metadata["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=self.verifier
        )
        claims = jwt.decode(tokens["id_token"], self.application.keys, algorithms=["RS256"]).claims
        expected = {"iss": self.application.issuer, "aud": self.application.client["client_id"], "nonce": self.nonce}
        if {name: claims.get(name) for name in expected} != expected:
            raise Failure(f"the ID token tells {claims}, not {expected}")
        return tokens["access_token"], claims
