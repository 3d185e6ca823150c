"""The second, independent SCIM checker: scim-sanity."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

from processes import Failure

# Resource types of a draft that a service provider need not serve: the probe skips them.
NOT_SERVED = {
    "Agent CRUD Lifecycle",
    "AgenticApplication CRUD Lifecycle",
    "Agent Rapid Lifecycle",
}
LEAST_PASSED = 28


def run(target):
    """Runs the probe in its strict mode. Every check passes; only `NOT_SERVED` may be skipped."""
    results = probe(target)
    wrong = [
        f"{result['status']}: {result['name']}: {result.get('message', '')}"
        for result in results
        if result["status"] != "pass" and not (result["status"] == "skip" and result["name"] in NOT_SERVED)
    ]
    if wrong:
        raise Failure("scim-sanity:\n  " + "\n  ".join(wrong))
    counts = Counter(result["status"] for result in results)
    if counts["pass"] < LEAST_PASSED:
        raise Failure(f"scim-sanity: {counts['pass']} passed, expected at least {LEAST_PASSED}")
    print(f"scim-sanity: {counts['pass']} passed, 0 failed, {counts['skip']} not applicable")


def probe(target):
    """The results of the probe, whatever they are."""
    program = Path(sys.executable).parent / "scim-sanity"
    outcome = subprocess.run(
        [sys.executable, program, "probe", target.url, "--token", target.token]
        + ["--i-accept-side-effects", "--json-output", "--strict"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    try:
        return json.loads(outcome.stdout)["results"]
    except (ValueError, KeyError) as error:
        print(outcome.stdout + outcome.stderr)
        raise Failure("scim-sanity gave no results") from error
