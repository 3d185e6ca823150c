"""schemathesis, a fuzzer of HTTP APIs, led through the management API by the document that Ambit serves.

What it asks, and what it looks at, comes from the document alone: whatever the server answers must be there, with its
status, media type, headers and schema; nothing that breaks a schema may be accepted, nothing may be served without a
token, and nothing may be 5xx.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import ambit
import web
from processes import Failure

HERE = Path(__file__).resolve().parent
COMMITTED = HERE.parent.parent / "docs/openapi.json"
EXAMPLES = 30
SEED = 1
MOST_SECONDS = 900
# What the fuzzer itself came to, without what the suite sets up: a run that is refused everywhere says nothing.
# Measured: 61 operations and 11 kinds.
LEAST = {"operations served": 50, "kinds made": 8}
METHODS = ("GET", "POST", "PATCH", "DELETE")
# A body may follow its schema and break a rule that only words tell: names are unique, a URI has no fragment, a scope
# needs what its type needs. What schemathesis takes for a good body is then rightly refused.
UNFIT = ("positive_data_acceptance",)
# What lies above realms, which takes tokens of the system realm only.
ABOVE = ("/v1/tenants", "/v1/tenants/{tenant}", "/v1/tenants/{tenant}/realms")


def run(target):
    base = "{0.scheme}://{0.netloc}".format(urlsplit(target.issuer))
    served = web.send("GET", f"{base}/v1/openapi.json")
    document = json.loads(served.text)
    if document != json.loads(COMMITTED.read_text()):
        raise Failure("the document that is served is not docs/openapi.json")
    with tempfile.TemporaryDirectory(prefix="schemathesis-") as folder:
        run_in(Path(folder), base, target.administrator, document)


def run_in(folder, base, first, document):
    scopes = sorted(document["components"]["securitySchemes"]["oauth2"]["flows"]["clientCredentials"]["scopes"])
    above = ambit.administrator(first, *scopes)
    for name in ("fuzzed", "above"):
        ambit.manage(f"{base}/v1/tenants", above, {"name": name})
    made = ambit.manage(f"{base}/v1/tenants/fuzzed/realms", above, {"name": "realm"})
    root = f"{base}/v1/tenants/fuzzed/realms/realm"
    # A token that outlasts the realm's keys, which are fuzzed too.
    client = made["administrator"]
    within = ambit.token(f"{root}/token", client)
    ambit.manage(f"{root}/applications/{client['client_id']}", within, {"access_token_format": "opaque"}, "PATCH")
    token = ambit.token(f"{root}/token", client)
    place = folder / "openapi.json"
    place.write_text(json.dumps(document))
    notices_a_wrong_schema(folder, base, document, token)
    before = answers(base)
    tokens = web.send("GET", f"{root}/tokens?page_size=200", headers=web.bearer(token)).body["items"]
    protected = (client["client_id"], *(one["id"] for one in tokens))
    ended = fuzz(place, base, token, {"tenant": "fuzzed", "realm": "realm"}, protected)
    expect_success("within a realm", ended)
    alive = web.send("GET", f"{root}/applications", headers=web.bearer(token))
    if alive.status != 200:
        raise Failure(f"schemathesis lost its token on the way, and was refused then: {alive.status} {alive.text}")
    only = [part for path in ABOVE for part in ("--include-path", path)]
    ended = fuzz(place, base, above, {"tenant": "above", "realm": "none"}, ("default",), *only)
    expect_success("above realms", ended)
    came_far_enough(answers(base) - before, document)


def answers(base):
    """How often each operation of the server answered with each status, by its own counters."""
    counters = web.send("GET", f"{base}/metrics").text
    each = re.findall(r'requests_total\{method="([A-Z]+)",route="([^"]+)",status="(\d+)"\} (\d+)', counters)
    return Counter({(method, route, status): int(count) for method, route, status, count in each})


def came_far_enough(answered, document):
    """Operations of the document served the fuzzer, and it made things of several kinds, about as often as it can."""
    operations = {(method, path) for path, item in document["paths"].items() for method in METHODS if method.lower() in item}
    done = {(method, path, status) for (method, path, status) in answered if (method, path) in operations}
    served = {(method, path) for method, path, status in done if status.startswith("2")}
    made = {path for method, path, status in done if (method, status) == ("POST", "201")}
    came = {"operations served": len(served), "kinds made": len(made)}
    for method in METHODS:
        ones = sorted(path.rsplit("{realm}", 1)[-1] or path for other, path in served if other == method)
        every = sum(other == method for other, _ in operations)
        print(f"schemathesis: {method} served by {len(ones)} of {every}: {' '.join(ones)}")
    if any(came[what] < least for what, least in LEAST.items()):
        raise Failure(f"schemathesis came to {came} only, of at least {LEAST}")
    print(f"schemathesis: {came}, of {len(operations)} operations")


def notices_a_wrong_schema(folder, base, document, token):
    """The same run over a document with one wrong schema must fail."""
    broken = json.loads(json.dumps(document))
    broken["components"]["schemas"]["Scope"]["properties"]["version"]["type"] = "string"
    place = folder / "broken.json"
    place.write_text(json.dumps(broken))
    only = ("--include-operation-id", "list-scopes")
    ended = fuzz(place, base, token, {"tenant": "fuzzed", "realm": "realm"}, (), *only)
    if ended.returncode != 1 or "violates schema" not in ended.stdout:
        raise Failure(f"schemathesis does not notice a wrong schema:\n{ended.stdout}{ended.stderr}")


def fuzz(document, base, token, parameters, protected, *more):
    """Runs schemathesis with the path's variables of that name always the same; nothing `protected` is in any path or
    body, for the run would end there: its own client and tokens, and the tenant of the realm whose token it has."""
    settings = document.with_suffix(".toml")
    lines = ["[parameters]", *(f'"path.{name}" = "{value}"' for name, value in parameters.items())]
    # 412 comes before the body is looked at.
    lines += ["[checks.negative_data_rejection]", f"expected-statuses = {[400, 401, 403, 404, 409, 412, 415]}"]
    settings.write_text("\n".join(lines) + "\n")
    program = Path(sys.executable).parent / "st"
    command = [sys.executable, program, "--config-file", settings, "run", document, "--url", base]
    command += ["--header", f"Authorization: Bearer {token}", "--no-color", "--warnings", "off"]
    command += ["--checks", "all", "--exclude-checks", ",".join(UNFIT)]
    command += ["--max-examples", str(EXAMPLES), "--seed", str(SEED), "--generation-database", "none"]
    command += [*more]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PROTECTED": ",".join(protected)}
    environment["PYTHONPATH"] = str(HERE)
    how = {"cwd": document.parent, "env": environment, "timeout": MOST_SECONDS}
    return subprocess.run(command, capture_output=True, text=True, **how)


def expect_success(where, ended):
    summary = [line.strip() for line in ended.stdout.splitlines() if "passed" in line or "generated" in line]
    if ended.returncode != 0:
        raise Failure(f"schemathesis {where}:\n{ended.stdout[-20000:]}{ended.stderr}")
    print(f"schemathesis {where}: {'; '.join(summary[-3:])}")
