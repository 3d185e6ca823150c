"""Sign-in through another provider, npm's `oidc-provider`: identities that are made and linked, listed and unlinked, and
answers that are broken on their way."""

from urllib.parse import quote, urlsplit

import ambit
import relying_parties
import tampering
import upstream
import web
from code_flow import REDIRECT_URI, Application
from person import Forms, Person
from processes import Failure

ANN, BOB = upstream.ACCOUNTS
EXTERNAL = "external_identity_operations"
# Scopes on the identity that authorized the client, each with some operations.
SCOPES = {
    "identities:list": {EXTERNAL: ["retrieve-external-identity"]},
    "identities:unlink": {EXTERNAL: ["unlink-external-identity"]},
    "identities:neither": {
        "resource_operations": ["retrieve", "modify"],
        "resource_attributes": ["*"],
        "consent_operations": ["retrieve-consent", "revoke-consent", "retrieve-consent-history"],
        "account_operations": ["retrieve-account-state", "replace-account-state", "reset-password"],
    },
}


class Traveller(Person):
    """Somebody with an account at the peer, and perhaps one here."""

    def __init__(self, peer, there, here=None):
        super().__init__((here or {}).get("username"), (here or {}).get("password"), stops_at=REDIRECT_URI)
        self.peer = peer
        self.there = there

    def knows(self, url):
        return self.there if url.startswith(self.peer) else super().knows(url)

    def at_the_peer(self, page):
        """Signs in there and allows everything; ends where the peer sends them."""
        while page.url.startswith(self.peer):
            page = self.submit(page.url, Forms(page.text).forms[0])
        return page


def run(target):
    with tampering.proxy() as between:
        provider = upstream.at_ambit(target, between.url)
        with upstream.serving([upstream.client_of_ambit(provider)], issuer=between.url) as peer:
            between.behind = peer.port
            suite = Suite(target, between, peer, provider)
            for part in (suite.unknown, suite.linked, suite.unlinked, suite.broken, suite.inactive):
                part()
                print(f"upstream: {part.__doc__}")


class Suite:
    def __init__(self, target, between, peer, provider):
        self.target, self.between, self.peer, self.provider = target, between, peer, provider
        admin = ambit.administrator(target.administrator, "scopes:create")
        for name, allows in SCOPES.items():
            body = {"name": name, "type": "authenticated-identity", "consent_prompt_text": name, **allows}
            ambit.manage(f"{target.issuer}/scopes", admin, body)
        self.application = Application(target, ["openid", "profile", "email", *SCOPES])
        self.account = relying_parties.ambit_person(target)

    def change(self, **settings):
        """Changes the settings of the provider."""
        admin = ambit.administrator(self.target.administrator, "identity-providers:update")
        ambit.manage(f"{self.target.issuer}/identity-providers/{self.provider['id']}", admin, settings, "PATCH")

    def way(self, there, scope="openid profile email"):
        """Somebody new goes to the peer and back. Returns the request that they answer, and the page where they end."""
        request, person = self.application.request(scope), Traveller(self.between.url, there)
        return request, person, person.at_the_peer(self.leave(person, request))

    def leave(self, person, request, provider=None):
        """From the sign-in page to the peer."""
        page = person.follow("get", request.address)
        return person.press(page, f"provider:{(provider or self.provider)['id']}")

    def signs_in(self, there):
        """The claims of the ID token of somebody who signs in through the peer."""
        request, _, page = self.way(there)
        return request.tokens(page)[1]

    def must_refuse(self, there, words="The other provider did not sign you in"):
        """Whoever comes back from the peer is told so, and is not signed in."""
        _, person, page = self.way(there)
        self.must_be_refused(person, page, words)

    def must_be_refused(self, person, page, words):
        if not 400 <= page.status_code < 500 or words not in page.text:
            raise Failure(f"not refused with `{words}`: {page.status_code} {page.headers} {page.text[:2000]}")
        silent = self.application.request(prompt="none")
        answer = silent.answered(person.follow("get", silent.address))
        if answer.get("error") != "login_required":
            raise Failure(f"whoever was refused is signed in: {answer}")

    def people(self, email):
        """How many people have this address."""
        query = {"filter": f'emails.value eq "{email}"', "count": 0}
        return self.target.send("GET", "/Users", query=query).body["totalResults"]

    def unknown(self):
        """whoever is unknown here is refused, or gets an identity, once, where the provider may make some"""
        email = ANN["claims"]["email"]
        self.must_refuse(ANN, "No account here belongs to the account")
        self.change(creates_identities=True)
        self.between.break_it = tampering.member_changed("/me", "sub", BOB["claims"]["sub"])(None)
        self.must_refuse(ANN, "No account here belongs to the account")
        self.between.break_it = None
        # The person of this address here is somebody else (REG-29).
        must(self.people(email) == 1, "an identity was made of another person's claims")
        first, second = self.signs_in(ANN), self.signs_in(ANN)
        must(first["sub"] == second["sub"] != self.account["id"], f"{first['sub']} and then {second['sub']}")
        must(first["amr"] == ["fed"], f"amr is {first['amr']}")
        made = self.target.send("GET", f"/Users/{quote(first['sub'])}").body
        must(made["displayName"] == ANN["claims"]["name"], f"made of what was mapped: {made}")
        must(self.people(email) == 2, "another identity was made")

    def linked(self):
        """whoever has an account here links the identity there, and signs in by it"""
        person = Traveller(self.between.url, BOB, self.account)
        page = self.offer(person)
        must(BOB["claims"]["email"] in page.text, f"it is not said whom they link: {page.text}")
        page = person.press(page, "cancel")
        must("not linked" in page.text.lower(), f"cancelled, and linked: {page.text}")
        page = person.press(self.offer(person), "link")
        must("The account is linked." in page.text, f"not linked: {page.status_code} {page.text}")
        claims = self.signs_in(BOB)
        must(claims["sub"] == self.account["id"], "the identity that was linked signs in somebody else")

    def offer(self, person):
        """To the peer from the page of linked identities, and back to the question whether to link."""
        page = person.follow("get", f"{self.target.issuer}/account/identities")
        if "password" in page.text and "sign-in" in page.text:
            page = person.press(page, "sign-in")
        return person.at_the_peer(person.press(page, "link"))

    def token(self, there, scope):
        request, _, page = self.way(there, f"openid {scope}")
        return request.tokens(page)[0]

    def own_token(self, scope):
        """A token of the account here, by its password."""
        request, person = self.application.request(f"openid {scope}"), Traveller(self.between.url, BOB, self.account)
        return request.tokens(person.press(person.follow("get", request.address), "sign-in"))[0]

    def unlinked(self):
        """a token unlinks the identity, or lists it, only by the operation for just that; what came by it is over then"""
        tokens = {scope: self.token(BOB, scope) for scope in (*SCOPES, "profile email")}
        tokens["of the client itself"] = self.target.token
        one = f"/externalIdentities/{self.provider['id']}"
        by_id = f"/Users/{self.account['id']}{one}"
        for name, token in tokens.items():
            status = 200 if name == "identities:list" else 403
            for path in ("/Me/externalIdentities", f"/Me{one}"):
                self.must_answer("GET", path, name, token, status)
            if name != "identities:unlink":
                self.must_answer("DELETE", f"/Me{one}", name, token, 403)
            for method in ("GET", "DELETE"):
                self.must_answer(method, by_id, name, token, 403)
        lists = tokens["identities:list"]
        must(self.listed(lists) == BOB["claims"]["sub"], "the identity is not listed, or was unlinked")
        self.must_answer("DELETE", f"/Me{one}", "another person's", self.token(ANN, "identities:unlink"), 204)
        must(self.listed(lists) == BOB["claims"]["sub"], "somebody else has unlinked it")
        self.must_answer("DELETE", f"/Me{one}", "identities:unlink", tokens["identities:unlink"], 204)
        # What came by the identity is over with it.
        for name in SCOPES:
            self.must_answer("GET", "/Me/externalIdentities", f"{name} after its end", tokens[name], 401)
        must(self.listed(self.own_token("identities:list")) is None, "the identity is listed after its end")
        self.change(creates_identities=False)
        self.must_refuse(BOB, "No account here belongs to the account")
        self.change(creates_identities=True)
        must(self.signs_in(BOB)["sub"] != self.account["id"], "the identity signs in whom it was unlinked from")

    def must_answer(self, method, path, name, token, status):
        answer = web.send(method, self.target.url + path, headers=web.bearer(token))
        must(answer.status == status, f"{method} {path} by {name}: {answer.status} {answer.text}, not {status}")
        return answer

    def listed(self, token):
        """The identity's name there as the person's own list of identities has it."""
        answer = self.must_answer("GET", "/Me/externalIdentities", "it", token, 200)
        [found] = [it for it in answer.body["Resources"] if it["id"] == self.provider["id"]]
        return found.get("providerUserId")

    def broken(self):
        """every answer that is broken on its way is refused, and links nothing"""
        back = urlsplit(self.provider["redirect_uri"]).path
        changed, claims = tampering.redirect_changed, tampering.claims_changed
        failed = "The other provider did not sign you in"
        broken = {
            "another state": (changed(back, state="another"), "This page is no longer valid"),
            "another iss parameter": (changed(back, iss=tampering.ELSEWHERE), failed),
            "no iss parameter": (changed(back, iss=None), failed),
            "another code": (changed(back, code="another"), failed),
            "another nonce": (claims(nonce="another"), failed),
            "ID token of another issuer": (claims(iss=tampering.ELSEWHERE), failed),
            "ID token for another client": (claims(aud="another"), failed),
            "expired ID token": (claims(iat=1, exp=2), failed),
            "ID token signed by another key": (tampering.signed_by_another, failed),
            "unsigned ID token": (tampering.unsigned, failed),
        }
        for name, (break_it, words) in broken.items():
            self.between.break_it = break_it(self.peer.key)
            try:
                self.must_refuse(ANN, words)
            except Failure as failure:
                raise Failure(f"{name}: {failure}") from failure
        person = Traveller(self.between.url, {**ANN}, self.account)
        page = self.offer(person)
        must("Nothing was linked" in page.text, f"an unsigned ID token links: {page.status_code} {page.text}")
        self.between.break_it = None
        # The check itself: what is not broken is not refused.
        try:
            self.must_refuse(ANN)
        except Failure:
            pass
        else:
            raise Failure("whoever signs in well is taken for refused")
        self.another_issuer()

    def another_issuer(self):
        """The metadata at an address must be of that issuer."""
        with tampering.proxy() as other:
            other.behind = self.peer.port
            provider = upstream.at_ambit(self.target, other.url, name="Another")
            request, person = self.application.request(), Traveller(other.url, ANN)
            self.must_be_refused(person, self.leave(person, request, provider), "The other provider did not sign you in")

    def inactive(self):
        """a provider that is not active signs nobody in, wherever they are on their way"""
        before, there = Traveller(self.between.url, ANN), Traveller(self.between.url, ANN)
        early = before.follow("get", self.application.request().address)
        request = self.application.request()
        page = self.leave(there, request)
        self.change(active=False)
        action = f"provider:{self.provider['id']}"
        self.must_be_refused(before, before.press(early, action), "Sign in")
        self.must_be_refused(there, there.at_the_peer(page), "The other provider did not sign you in")
        late = Traveller(self.between.url, ANN)
        shown = late.follow("get", self.application.request().address)
        must(action not in shown.text and "Sign in" in shown.text, "the sign-in page offers it all the same")
        self.change(active=True)
        self.signs_in(ANN)


def must(holds, sentence):
    if not holds:
        raise Failure(sentence)
