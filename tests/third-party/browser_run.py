"""What people see, in a real browser: Chromium, driven by playwright-core; pages are asked about their headers, about
accessibility (axe-core), about keyboards and narrow screens, and pictured in `target/screens`."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import ambit
import parties
import relying_parties
import upstream
import web
from processes import Failure, free_port

NODE = Path(__file__).resolve().parent / "node"
SCREENS = parties.TARGET / "screens"
MOST_SECONDS = 600
NAME = "An application in a browser"
ADMINISTRATOR = {
    "username": "ada",
    "given_name": "Ada",
    "family_name": "Archer",
    "email": "ada@example.com",
    "password": "the first password of all",
}
# As `node/tokens.mjs` compares them: "a moment" is any.
CLAIMS = {
    "profile": {
        "name": "Ada Archer",
        "given_name": "Ada",
        "family_name": "Archer",
        "preferred_username": "ada",
        "updated_at": "a moment",
    },
    "email": {"email": "ada@example.com"},
}
# Without TLS there is no such prefix: the tests of the server see it where the base URL is https. The others are cookies
# of oidc-provider.
KNOWN_OF_AMBIT = "^cookie (ambit-(browser|session)-.*|_.*) is not prefixed __Host-$"


def run(target):
    """A person's whole way through Ambit's pages, from the set-up link on. `target` must be reached as localhost."""
    place = parties.place()
    client = relying_parties.ambit_client(target, NAME, place, public=False)
    bob = upstream.ACCOUNTS[1]
    port = free_port()
    made = upstream.at_ambit(target, f"http://127.0.0.1:{port}")
    with upstream.serving([upstream.client_of_ambit(made)], port=port) as provider:
        wanted = {
            "screens": str(SCREENS / "ambit"),
            "party": {"issuer": target.issuer, "scope": relying_parties.SCOPE, **client, **place},
            "account": ADMINISTRATOR,
            "claims": CLAIMS,
            "texts": consent_texts(target),
            "ambit": {
                "set_up": target.administrator["set_up"],
                "account_page": f"{target.issuer}/account",
                "client_name": NAME,
                "upstream": {
                    "issuer": provider.issuer,
                    "name": made["name"],
                    "account": {**bob, "label": bob["claims"]["email"]},
                },
            },
            "known": KNOWN_OF_AMBIT,
        }
        run_program("journey_run.mjs", wanted)


def consent_texts(target):
    """What the management API says that people are told of each scope."""
    admin = ambit.administrator(target.administrator, "scopes:read")
    listed = web.send("GET", f"{target.issuer}/scopes", query={"page_size": 200}, headers=web.bearer(admin))
    texts = {scope["name"]: scope.get("consent_prompt_text") for scope in listed.body["items"]}
    return {name: texts[name] for name in relying_parties.SCOPE.split()}


def calibrate():
    """The checks against pages with flaws, and the journey against oidc-provider, as far as it has pages for it."""
    place = parties.place()
    client = upstream.client("confidential", place)
    ann = upstream.ACCOUNTS[0]
    with upstream.serving([client]) as provider, upstream.serving([client], dev=True) as dev:
        party = {"scope": relying_parties.SCOPE, **client, **place}
        checks = {"screens": str(SCREENS / "samples"), "party": {"issuer": dev.issuer, **party}}
        journey = {
            "screens": str(SCREENS / "oidc-provider"),
            "party": {"issuer": provider.issuer, **party},
            "account": ann,
            "claims": {scope: {name: ann["claims"][name] for name in names} for scope, names in upstream.CLAIMS.items()},
            "texts": {"profile": "profile", "email": "email"},
            # Its own page that sends a device's code on, its cookies, and the long line of its error page.
            "known": "^/device: |^cookie _|^error: .* pixels wide",
        }
        programs = {"browser_calibration.mjs": checks, "journey_run.mjs": journey}
        with ThreadPoolExecutor(2) as both_at_once:
            list(both_at_once.map(run_program, programs, programs.values()))


def gallery(folder):
    """Every page of Ambit in every state, as `cargo run -p pages --example gallery` wrote them into `folder`."""
    run_program("gallery_run.mjs", {"screens": str(SCREENS / "pages"), "gallery": folder})


def run_program(program, wanted):
    """Runs one of the programs to its end. Every step must be well."""
    command = ["node", NODE / program, json.dumps(wanted)]
    try:
        ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=MOST_SECONDS)
    except subprocess.TimeoutExpired as late:
        raise Failure(f"{program} takes more than {MOST_SECONDS} s; its steps so far: {(late.stdout or b'').decode()}") from None
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    failed = [f"step `{line['step']}`: {line['error']}" for line in told if not line["ok"]]
    if failed or ended.returncode != 0 or told[-1]["step"] != "done":
        raise Failure(f"{program}: {failed or ended.stderr}")
    print(f"{program}: {len(told)} steps: {', '.join(line['step'] for line in told)}")
