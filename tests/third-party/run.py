"""Runs the third-party suites against an `ambit` binary, each on an empty store of its own.

run.py --binary target/debug/ambit --store sqlite|postgres [--only replay]
run.py --self-test [--only relying-parties]
run.py --gallery target/pages
"""

import argparse
import contextlib
import sys
import time
from pathlib import Path

import ambit
import authlib_run
import browser_run
import peer
import postgres
import registration_run
import relying_parties
import replay.run
import schemathesis_run
import scim2_tester_run
import scim_sanity_run
import upstream_run
from processes import Failure


def replay_suite(target):
    with peer.serving() as reference:
        replay.run.run(target, reference)


SUITES = {
    "scim2-tester": scim2_tester_run.run,
    "scim-sanity": scim_sanity_run.run,
    "replay": replay_suite,
    "authlib": authlib_run.run,
    "relying-parties": relying_parties.run,
    "registration": registration_run.run,
    "upstream": upstream_run.run,
    "browser": browser_run.run,
    "schemathesis": schemathesis_run.run,
}


def against_ambit(binary, store, names):
    if not Path(binary).is_file():
        raise Failure(f"{binary} is not there: build it with `cargo build --bin ambit`")
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(postgres.cluster()) if store == "postgres" else None
        for name in names:
            started = time.monotonic()
            print(f"== {name} on {store}")
            # Browsers let no numeric address have passkeys.
            host = "localhost" if name == "browser" else "127.0.0.1"
            with ambit.serving(binary, cluster.database() if cluster else None, host) as target:
                SUITES[name](target)
            print(f"== {name} on {store}: passed in {time.monotonic() - started:.1f} s")


def scim2_tester_self_test():
    with peer.serving() as target:
        scim2_tester_run.run(target)


def scim_sanity_self_test():
    with peer.serving() as target:
        # The peer answers 204 to a PATCH, which RFC 7644 §3.5.2 allows and the probe does not.
        failed = [r["name"] for r in scim_sanity_run.probe(target) if r["status"] == "fail"]
    if len(failed) != 4 or not all(name.startswith("PATCH ") for name in failed):
        raise Failure(f"scim-sanity does not find the peer's four PATCH answers: {failed}")
    print("scim-sanity: finds the peer's four PATCH answers, and nothing else")


def replay_self_test():
    with peer.serving() as one, peer.serving() as other:
        replay.run.self_test(one, other)


# Each proves a suite on a peer whose behaviour is known.
SELF_TESTS = {
    "scim2-tester": scim2_tester_self_test,
    "scim-sanity": scim_sanity_self_test,
    "replay": replay_self_test,
    "relying-parties": relying_parties.calibrate,
    "registration": registration_run.calibrate,
    "browser": browser_run.calibrate,
}


def self_test(names):
    for name in names:
        started = time.monotonic()
        SELF_TESTS[name]()
        print(f"== self-test of {name}: passed in {time.monotonic() - started:.1f} s")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", help="the ambit binary to test")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--only", choices=SUITES, help="one suite instead of all")
    parser.add_argument("--self-test", action="store_true", help="prove the suites themselves")
    parser.add_argument("--gallery", help="look at the pages that `cargo run -p pages --example gallery` wrote here")
    arguments = parser.parse_args()
    if not arguments.self_test and not arguments.gallery and not arguments.binary:
        parser.error("--binary, --self-test or --gallery is needed")
    try:
        if arguments.gallery:
            browser_run.gallery(arguments.gallery)
        elif arguments.self_test:
            self_test([arguments.only] if arguments.only else list(SELF_TESTS))
        else:
            names = [arguments.only] if arguments.only else list(SUITES)
            against_ambit(arguments.binary, arguments.store, names)
    except Failure as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
