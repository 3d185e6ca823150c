"""Dynamic client registration (RFC 7591, RFC 7592) as openid-client does it, tried on oidc-provider too."""

from pathlib import Path

import ambit
import parties
import upstream
import web
from person import Person
from processes import Failure
from relying_parties import ambit_person

PARTY = parties.Party("openid-client registers", ["node", Path(__file__).parent / "node/registration.mjs"], ())
CEILING = ["openid", "profile", "email", "offline_access"]
# What every provider refuses, and what Ambit does besides.
REFUSED = (
    ("redirect_uris", ["http://client.example.com/callback"], "invalid_redirect_uri"),
    ("redirect_uris", ["https://client.example.com/#fragment"], "invalid_redirect_uri"),
    ("id_token_signed_response_alg", "HS1", "invalid_client_metadata"),
)
BEYOND = (
    ("scope", "openid scim:read", "invalid_client_metadata"),
    ("scope", "openid applications:create", "invalid_client_metadata"),
    ("grant_types", ["implicit"], "invalid_client_metadata"),
    ("grant_types", ["client_credentials"], "invalid_client_metadata"),
    ("id_token_signed_response_alg", "none", "invalid_client_metadata"),
)


def run(target):
    """Off, then open: as a confidential client and as a public one."""
    closed = web.send("POST", f"{target.issuer}/register", body=b"{}", headers={"Content-Type": "application/json"})
    if closed.status != 404:
        raise Failure(f"registration is closed, and answers {closed.status}")
    rights = ("realms:update", "assigned-scopes:create")
    admin = ambit.token(target.administrator["token_endpoint"], target.administrator, rights)
    opened = web.send(
        "PATCH",
        target.issuer,
        body={"registration": {"open": True, "scopes": CEILING}},
        headers={**web.bearer(admin), "Content-Type": "application/json"},
    )
    if opened.status != 200:
        raise Failure(f"opening registration: {opened.status} {opened.text}")
    account = ambit_person(target)
    for method in ("client_secret_basic", "none"):
        one_of(target.issuer, account, method, [*REFUSED, *BEYOND], says_secret=method != "none")


def calibrate():
    """The same party against oidc-provider: green, and noticing what is registered and should not be."""
    account = upstream.ACCOUNTS[0]
    with upstream.serving([]) as provider:
        one_of(provider.issuer, account, "client_secret_basic", REFUSED, says_secret=True)
        wrong = ("client_name", "Anything", "invalid_client_metadata")
        ending = party_of(provider.issuer, account, "client_secret_basic", [wrong], says_secret=True)
        if ending.failed != "refused: client_name" or "is registered" not in ending.error:
            raise Failure(f"the party does not notice what is registered: {ending}")


def one_of(issuer, account, method, refused, says_secret):
    ending = party_of(issuer, account, method, refused, says_secret)
    if ending.failed:
        raise Failure(f"{PARTY.name}, {method}: {ending}")
    print(f"{PARTY.name}, {method}: {ending}")


def party_of(issuer, account, method, refused, says_secret):
    place = parties.place()
    metadata = {
        "client_name": f"Registers itself, {method}",
        "application_type": "native",
        "redirect_uris": [place["redirect_uri"]],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
    }
    wanted = {
        "issuer": issuer,
        "metadata": metadata,
        "scope": " ".join(CEILING),
        "claims": {name: account["claims"][name] for name in ("name", "email")},
        "refused": refused,
        "says_secret": says_secret,
        **place,
    }
    return parties.run(PARTY, wanted, Person(account["username"], account["password"]))
