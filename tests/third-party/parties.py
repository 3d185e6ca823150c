"""Relying parties of other people's libraries, each a program of its own, and the person who is their browser.

A party gets one argument, JSON: `issuer`, `client_id`, `client_secret` or null, `redirect_uri` where it listens itself,
`post_logout_redirect_uri`, `scope`, the `claims` that userinfo must tell, `client_credentials_scope`, and `does`: what
else to try, of refresh, rotation, introspection, revocation, consent, logout, backchannel, device, client_credentials.
It prints a line of JSON for each step, {"step", "ok", "error"}; the step "open" asks for a person to open its "url".
"""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from processes import Failure, free_port, stop

HERE = Path(__file__).resolve().parent
# Where cargo builds to: the virtual environment that this runs in lies there.
TARGET = Path(sys.prefix).resolve().parent
MOST_SECONDS = 60


@dataclass
class Party:
    """A program, and what it can do. `public` is whether it is tried as a public client too."""

    name: str
    command: list
    does: tuple
    public: bool = False


@dataclass
class Ending:
    """How a run of a party went: the steps that were well, and the one that failed, if one did."""

    passed: list = field(default_factory=list)
    failed: str = None
    error: str = ""

    def __str__(self):
        if self.failed:
            return f"step `{self.failed}` failed: {self.error}"
        return ", ".join(self.passed)


def all_parties():
    python = [sys.executable]
    everything = ("refresh", "introspection", "revocation", "consent", "logout", "device", "client_credentials")
    return [
        Party("openid-client", ["node", HERE / "node/openid_client.mjs"], everything, public=True),
        Party(
            "Authlib",
            [*python, HERE / "relying/authlib_party.py"],
            (*(what for what in everything if what != "device"), "backchannel"),
            public=True,
        ),
        Party(
            "requests-oauthlib",
            [*python, HERE / "relying/requests_oauthlib_party.py"],
            ("refresh", "consent", "client_credentials"),
            public=True,
        ),
        Party(
            "openidconnect",
            [TARGET / "relying-party/debug/relying-party"],
            ("refresh", "consent", "logout", "client_credentials"),
            public=True,
        ),
    ]


def place(backchannel=False):
    """Addresses on this machine that a party can listen at, the last one for the provider itself."""
    origin = f"http://127.0.0.1:{free_port()}"
    for_people = {"redirect_uri": f"{origin}/callback", "post_logout_redirect_uri": f"{origin}/signed-out"}
    return for_people | ({"backchannel_logout_uri": f"{origin}/backchannel-logout"} if backchannel else {})


def run(party, wanted, person):
    """Runs a party to its end."""
    command = [*party.command, json.dumps(wanted)]
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    watchdog = threading.Timer(MOST_SECONDS, process.kill)
    watchdog.start()
    ending = Ending()
    try:
        for line in process.stdout:
            told = json.loads(line)
            if told["step"] == "open":
                browse(person, told, wanted)
            elif told["ok"]:
                ending.passed.append(told["step"])
            else:
                ending.failed, ending.error = told["step"], told["error"]
        process.wait()
    finally:
        watchdog.cancel()
        stop(process)
    if ending.failed is None and (process.returncode != 0 or ending.passed[-1:] != ["done"]):
        raise Failure(f"{party.name} ended with status {process.returncode} after: {ending}")
    return ending


def browse(person, told, wanted):
    """Opens what the party asks for. It must end where the party listens, or at a page that asks nothing."""
    page = person.visit(told["url"], **told.get("how", {}))
    if page.status_code != 200:
        raise Failure(f"{told['url']} ends at {page.url}: {page.status_code} {page.text[:1000]}")
