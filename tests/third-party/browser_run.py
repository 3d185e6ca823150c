"""What people see, in a real browser: Chromium, driven by playwright-core; pages are asked about their headers, about
accessibility (axe-core), about keyboards and narrow screens, and pictured in `target/screens`."""

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import parties
import relying_parties
import upstream
from processes import Failure

NODE = Path(__file__).resolve().parent / "node"
SCREENS = parties.TARGET / "screens"
MOST_SECONDS = 300


def run(target):
    """A person's whole way through Ambit's pages. `target` must be reached as localhost."""
    place = parties.place()
    name = "An application in a browser"
    client = relying_parties.ambit_client(target, name, place, public=False)
    wanted = {
        "screens": str(SCREENS / "ambit"),
        "party": {"issuer": target.issuer, "scope": relying_parties.SCOPE, **client, **place},
        "account": relying_parties.ambit_person(target),
        "methods_page": f"{target.issuer}/account/sign-in-methods",
        "apps_page": f"{target.issuer}/account/apps",
        "client_name": name,
    }
    run_program("journey_run.mjs", wanted)


def calibrate():
    """The checks against pages with flaws, and the journey against oidc-provider, as far as it has pages for it."""
    place = parties.place()
    client = upstream.client("confidential", place)
    with upstream.serving([client]) as provider, upstream.serving([client], dev=True) as dev:
        party = {"scope": relying_parties.SCOPE, **client, **place}
        checks = {"screens": str(SCREENS / "samples"), "party": {"issuer": dev.issuer, **party}}
        journey = {
            "screens": str(SCREENS / "oidc-provider"),
            "party": {"issuer": provider.issuer, **party},
            "account": upstream.ACCOUNTS[0],
            "without": ["passkey", "take back"],
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
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=MOST_SECONDS)
    told = [json.loads(line) for line in ended.stdout.splitlines()]
    failed = [f"step `{line['step']}`: {line['error']}" for line in told if not line["ok"]]
    if failed or ended.returncode != 0 or told[-1]["step"] != "done":
        raise Failure(f"{program}: {failed or ended.stderr}")
    print(f"{program}: {len(told)} steps: {', '.join(line['step'] for line in told)}")
