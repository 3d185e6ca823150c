"""A relying party of Authlib: its `OAuth2Mixin` and `OpenIDMixin`, of which its integrations with frameworks are made.

The one argument is JSON; `parties.py` says what it holds.
"""

import json
import sys

from authlib.integrations.base_client import BaseApp, FrameworkIntegration, OAuth2Mixin, OpenIDMixin
from authlib.integrations.requests_client import OAuth2Session
from logout_token import check as check_logout_token
from steps import Listener, agrees, check_issuer, must, step


class App(OAuth2Mixin, OpenIDMixin, BaseApp):
    client_cls = OAuth2Session


class Framework(FrameworkIntegration):
    def update_token(self, token, refresh_token=None, access_token=None):
        """The party keeps the tokens itself."""


class Party:
    def __init__(self, wanted):
        self.wanted = wanted
        self.listener = Listener(wanted["redirect_uri"])
        self.states = {}
        self.app = App(
            Framework("party"),
            client_id=wanted["client_id"],
            client_secret=wanted["client_secret"],
            server_metadata_url=f"{wanted['issuer']}/.well-known/openid-configuration",
            client_kwargs={
                "scope": wanted["scope"],
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic" if wanted["client_secret"] else "none",
            },
        )

    @property
    def metadata(self):
        return self.app.load_server_metadata()

    def session(self):
        return self.app._get_oauth_client(**self.metadata)

    def authorize(self, **how):
        """The code flow. Returns the tokens, and the claims of the ID token."""
        begun = self.app.create_authorization_url(self.wanted["redirect_uri"], prompt="consent")
        framework = self.app.framework
        framework.set_state_data(self.states, begun["state"], {"redirect_uri": self.wanted["redirect_uri"], **begun})
        _, back = self.listener.after(begun["url"], **how)
        kept = framework.get_state_data(self.states, back.get("state"))
        must(kept, "MismatchingStateError: the state is none of ours")
        framework.clear_state_data(self.states, back["state"])
        check_issuer(self.metadata, back)
        must("error" not in back, back.get("error"))
        parameters = self.app._format_state_params(kept, {"code": back["code"], "state": back["state"]})
        tokens = self.app.fetch_access_token(**parameters)
        # Without leeway: whoever calibrates this must not wait two minutes.
        claims = self.app.parse_id_token(tokens, nonce=kept["nonce"], leeway=5)
        must(claims, "there is no ID token")
        return tokens, claims

    def run(self):
        wanted, does = self.wanted, self.wanted["does"]
        with step("discovery"):
            must(self.metadata["issuer"] == wanted["issuer"], f"metadata of issuer {self.metadata['issuer']}")
        with step("tokens"):
            tokens, claims = self.authorize()
        with step("userinfo"):
            found = self.app.userinfo(token=tokens)
            agrees(found, {"sub": claims["sub"], **wanted["claims"]})
        if "refresh" in does:
            with step("refresh"):
                self.refresh(tokens, claims, "rotation" in does)
        if "introspection" in does:
            with step("introspection"):
                agrees(self.introspect(tokens), {"active": True, "client_id": wanted["client_id"]})
        if "revocation" in does:
            with step("revocation"):
                self.session().revoke_token(self.metadata["revocation_endpoint"], tokens["access_token"])
                if "introspection" in does:
                    must(self.introspect(tokens) == {"active": False}, "a revoked token tells more than its end")
        if "consent" in does:
            self.consent()
        if "logout" in does:
            with step("logout"):
                asked = self.app.create_logout_url(wanted["post_logout_redirect_uri"], tokens["id_token"])
                _, back = self.listener.after(asked["url"])
                must(back.get("state") == asked["state"], f"after logout: {back}")
        if "backchannel" in does:
            with step("back-channel logout"):
                token = self.listener.heard("logout_token")
                check_logout_token(token, self.app.fetch_jwk_set(), wanted["issuer"], wanted["client_id"], claims)
        if "client_credentials" in does:
            with step("client credentials"):
                scope = wanted["client_credentials_scope"]
                own = self.session().fetch_token(grant_type="client_credentials", scope=scope)
                must(own.get("scope", scope) == scope, f"asked for {scope}, was granted {own.get('scope')}")

    def refresh(self, tokens, claims, rotates):
        old = tokens["refresh_token"]
        fresh = self.session().refresh_token(self.metadata["token_endpoint"], refresh_token=old)
        must(fresh["access_token"] != tokens["access_token"], "the refresh gives the same access token")
        if rotates:
            must(fresh["refresh_token"] != old, "the refresh token is not rotated")
        if "id_token" in fresh and fresh["id_token"] != tokens["id_token"]:
            # OpenID Connect Core §12.2: the nonce may be left out, but not be another.
            again = self.app.parse_id_token(fresh, nonce=None, leeway=5)
            must(again["sub"] == claims["sub"], "sub is another after the refresh")
        tokens.update(fresh)

    def introspect(self, tokens):
        answer = self.session().introspect_token(self.metadata["introspection_endpoint"], tokens["access_token"])
        return answer.json()

    def consent(self):
        with step("left out"):
            narrow, _ = self.authorize(leave_out=["email"])
            must("email" not in narrow.get("scope", "").split(), f"left out, but granted: {narrow.get('scope')}")
            must("email" not in self.app.userinfo(token=narrow), "userinfo tells a claim of a scope that was left out")
        with step("denied"):
            try:
                self.authorize(action="deny")
            except Exception as error:
                must(str(error) == "access_denied", f"denied: {error!r}")
            else:
                must(False, "denied, and granted all the same")


if __name__ == "__main__":
    Party(json.loads(sys.argv[1])).run()
    with step("done"):
        pass
