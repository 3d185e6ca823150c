"""A relying party of requests-oauthlib, which is OAuth 2 alone: what OpenID Connect adds is checked here with joserfc.

The one argument is JSON; `parties.py` says what it holds.
"""

import json
import os
import secrets
import sys

import requests
from joserfc import jwt
from joserfc.jwk import KeySet
from joserfc.jwt import JWTClaimsRegistry
from oauthlib.oauth2 import BackendApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session
from steps import Listener, agrees, check_issuer, must, step

# oauthlib knows no loopback; and a scope that the person left out is no error.
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"


class Party:
    def __init__(self, wanted):
        self.wanted = wanted
        self.listener = Listener(wanted["redirect_uri"])
        self.metadata = {}

    def discover(self):
        url = f"{self.wanted['issuer']}/.well-known/openid-configuration"
        self.metadata = requests.get(url, timeout=30).json()
        found = self.metadata["issuer"]
        must(found == self.wanted["issuer"], f"metadata of issuer {found}")

    def client_authentication(self):
        """What the token requests are given: the secret in the header, or a `client_id` in the body."""
        if self.wanted["client_secret"]:
            return {"auth": HTTPBasicAuth(self.wanted["client_id"], self.wanted["client_secret"])}
        return {"include_client_id": True}

    def authorize(self, **how):
        """The code flow. Returns the session, and the claims of the ID token."""
        scope = self.wanted["scope"].split()
        session = OAuth2Session(
            self.wanted["client_id"], redirect_uri=self.wanted["redirect_uri"], scope=scope, pkce="S256"
        )
        nonce = secrets.token_urlsafe(16)
        url, _ = session.authorization_url(self.metadata["authorization_endpoint"], nonce=nonce, prompt="consent")
        address, back = self.listener.after(url, **how)
        check_issuer(self.metadata, back)
        tokens = session.fetch_token(
            self.metadata["token_endpoint"], authorization_response=address, **self.client_authentication()
        )
        return session, self.id_token_claims(tokens["id_token"], nonce)

    def id_token_claims(self, token, nonce):
        """OpenID Connect Core §3.1.3.7."""
        keys = KeySet.import_key_set(requests.get(self.metadata["jwks_uri"], timeout=30).json())
        claims = jwt.decode(token, keys, algorithms=["RS256", "ES256", "EdDSA"]).claims
        JWTClaimsRegistry(
            iss={"essential": True, "value": self.metadata["issuer"]},
            aud={"essential": True, "value": self.wanted["client_id"]},
            sub={"essential": True},
            iat={"essential": True},
            exp={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
        return claims

    def run(self):
        wanted, does = self.wanted, self.wanted["does"]
        with step("discovery"):
            self.discover()
        with step("tokens"):
            session, claims = self.authorize()
        with step("userinfo"):
            found = session.get(self.metadata["userinfo_endpoint"]).json()
            agrees(found, {"sub": claims["sub"], **wanted["claims"]})
        if "refresh" in does:
            with step("refresh"):
                self.refresh(session, "rotation" in does)
        if "consent" in does:
            self.consent()
        if "client_credentials" in does:
            with step("client credentials"):
                scope = wanted["client_credentials_scope"]
                client = BackendApplicationClient(wanted["client_id"], scope=scope)
                own = OAuth2Session(client=client).fetch_token(
                    self.metadata["token_endpoint"], **self.client_authentication()
                )
                must(own["scope"] == scope.split(), f"asked for {scope}, was granted {own['scope']}")

    def refresh(self, session, rotates):
        old = dict(session.token)
        more = self.client_authentication()
        if more.pop("include_client_id", False):
            more["client_id"] = self.wanted["client_id"]
        session.refresh_token(self.metadata["token_endpoint"], **more)
        must(session.token["access_token"] != old["access_token"], "the refresh gives the same access token")
        if rotates:
            must(session.token["refresh_token"] != old["refresh_token"], "the refresh token is not rotated")
        found = session.get(self.metadata["userinfo_endpoint"]).json()
        agrees(found, self.wanted["claims"])

    def consent(self):
        with step("left out"):
            session, _ = self.authorize(leave_out=["email"])
            must("email" not in session.token["scope"], f"left out, but granted: {session.token['scope']}")
            found = session.get(self.metadata["userinfo_endpoint"]).json()
            must("email" not in found, "userinfo tells a claim of a scope that was left out")
        with step("denied"):
            try:
                self.authorize(action="deny")
            except Exception as error:
                must("access_denied" in str(error), f"denied: {error!r}")
            else:
                must(False, "denied, and granted all the same")


if __name__ == "__main__":
    Party(json.loads(sys.argv[1])).run()
    with step("done"):
        pass
