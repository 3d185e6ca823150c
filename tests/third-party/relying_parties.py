"""Sign-in as relying parties of four libraries see it, and the proof that they would see it go wrong."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import ambit
import parties
import upstream
from person import Person
from processes import Failure
from tampering import TAMPERS, proxy

SCOPE = "openid profile email offline_access"
NOT_FOR_PUBLIC = ("introspection", "client_credentials")


def run(target):
    """Every party against Ambit, as a confidential client and as a public one."""
    person = ambit_person(target)
    for party in parties.all_parties():
        for public in (False, True) if party.public else (False,):
            place = parties.place("backchannel" in party.does)
            client = ambit_client(target, f"{party.name}, public: {public}", place, public)
            must_pass(party, wanted_of(target.issuer, client, place, party, person, "scim:read", public), person)


def wanted_of(issuer, client, place, party, account, own_scope, public):
    """What a party is given."""
    # Public clients' refresh tokens rotate (B4); those of confidential clients may stay (B5).
    does = [what for what in party.does if not (public and what in NOT_FOR_PUBLIC)]
    return {
        "issuer": issuer,
        "client_id": client["client_id"],
        "client_secret": client.get("client_secret"),
        "scope": SCOPE,
        "claims": account["claims"],
        "client_credentials_scope": own_scope,
        "does": [*does, "rotation"] if public else does,
        **place,
    }


def ambit_person(target):
    """Makes a person through SCIM, with the claims that userinfo must tell of them."""
    account = {"username": "ann", "password": "ann's password is long"}
    body = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
        "userName": account["username"],
        "password": account["password"],
        "displayName": "Ann Archer",
        "name": {"formatted": "Ann Archer", "givenName": "Ann", "familyName": "Archer"},
        "emails": [{"value": "ann@example.com", "primary": True}],
        "active": True,
    }
    created = target.send("POST", "/Users", body=body)
    if created.status != 201:
        raise Failure(f"POST /Users: {created.status} {created.text}")
    return {**account, "id": created.body["id"], "claims": {"name": "Ann Archer", "email": "ann@example.com"}}


def ambit_client(target, name, place, public):
    """Makes a client for a party through the management API, with the scopes that it asks for."""
    admin = ambit.administrator(target.administrator, "applications:create", "assigned-scopes:create")
    grants = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"]
    body = {
        "name": name,
        "type": "public" if public else "confidential",
        "redirect_uris": [place["redirect_uri"]],
        "post_logout_redirect_uris": [place["post_logout_redirect_uri"]],
        "grant_types": grants if public else [*grants, "client_credentials"],
        "token_endpoint_auth_method": "none" if public else "client_secret_basic",
        "service_account": not public,
        **{name: uri for name, uri in place.items() if name == "backchannel_logout_uri"},
    }
    made = ambit.manage(f"{target.issuer}/applications", admin, body)
    assigned = f"{target.issuer}/applications/{made['id']}/assigned-scopes"
    for scope in SCOPE.split():
        # A person may leave out what is optional; without `openid` it is no sign-in.
        ambit.manage(assigned, admin, {"scope": scope, "optional": scope != "openid"})
    if not public:
        ambit.manage(assigned, admin, {"scope": "scim:read"})
    return made


def calibrate():
    """Every party against oidc-provider: green as it is, and failing at the right place when an answer is broken."""
    subprocess.run([sys.executable, parties.HERE / "relying/logout_token_calibration.py"], check=True)
    with ThreadPoolExecutor(2) as two_at_a_time:
        list(two_at_a_time.map(calibrate_one, parties.all_parties()))


def calibrate_one(party):
    places = {name: parties.place("backchannel" in party.does) for name in ("confidential", "public")}
    clients = [upstream.client(name, place, name == "public") for name, place in places.items()]
    ann = upstream.ACCOUNTS[0]
    with proxy() as between, upstream.serving(clients, issuer=between.url) as provider:
        between.behind = provider.port
        for client in clients:
            name, public = client["client_id"], client["client_id"] == "public"
            if public and not party.public:
                continue
            wanted = wanted_of(between.url, client, places[name], party, ann, "api:read", public)
            # The peer rotates everybody's.
            wanted["does"] = sorted({*wanted["does"], "rotation"})
            must_pass(party, wanted, ann)
            if not public:
                must_notice(party, wanted, ann, between, provider.key)
                between.break_it = None


def must_notice(party, wanted, account, between, key):
    tampers = [tamper for tamper in TAMPERS if set(tamper.needs) <= {*wanted["does"]}]
    for tamper in tampers:
        between.break_it = tamper.break_it(key)
        must_fail(party, {**wanted, "does": tamper.needs}, account, tamper)
    print(f"{party.name}: notices {len(tampers)} broken answers")


def must_pass(party, wanted, account):
    ending = parties.run(party, wanted, Person(account["username"], account["password"]))
    if ending.failed:
        raise Failure(f"{party.name} as {wanted['client_id']}: {ending}")
    print(f"{party.name} as {wanted['client_id']}: {ending}")


def must_fail(party, wanted, account, tamper):
    ending = parties.run(party, wanted, Person(account["username"], account["password"]))
    if ending.failed is None:
        raise Failure(f"{party.name} does not notice: {tamper.name}")
    if ending.failed != tamper.step or not re.search(tamper.complaint, ending.error, re.IGNORECASE):
        raise Failure(f"{party.name}, {tamper.name}: {ending}; it should be `{tamper.step}`, about {tamper.complaint}")
