"""Runs the third-party suites against an `ambit` binary, each on an empty store of its own.

run.py --binary target/debug/ambit --store sqlite|postgres [--only replay]
run.py --self-test
"""

import argparse
import contextlib
import sys
import time
from pathlib import Path

import ambit
import authlib_run
import peer
import postgres
import replay.run
import scim2_tester_run
import scim_sanity_run
from processes import Failure


def replay_suite(target):
    with peer.serving() as reference:
        replay.run.run(target, reference)


SUITES = {
    "scim2-tester": scim2_tester_run.run,
    "scim-sanity": scim_sanity_run.run,
    "replay": replay_suite,
    "authlib": authlib_run.run,
}


def against_ambit(binary, store, names):
    if not Path(binary).is_file():
        raise Failure(f"{binary} is not there: build it with `cargo build --bin ambit`")
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(postgres.cluster()) if store == "postgres" else None
        for name in names:
            started = time.monotonic()
            print(f"== {name} on {store}")
            with ambit.serving(binary, cluster.database() if cluster else None) as target:
                SUITES[name](target)
            print(f"== {name} on {store}: passed in {time.monotonic() - started:.1f} s")


def self_test():
    """Proves the suites on the peer, whose behaviour is known."""
    with peer.serving() as target:
        scim2_tester_run.run(target)
    with peer.serving() as target:
        # The peer answers 204 to a PATCH, which RFC 7644 §3.5.2 allows and the probe does not.
        failed = [r["name"] for r in scim_sanity_run.probe(target) if r["status"] == "fail"]
        if len(failed) != 4 or not all(name.startswith("PATCH ") for name in failed):
            raise Failure(f"scim-sanity does not find the peer's four PATCH answers: {failed}")
        print("scim-sanity: finds the peer's four PATCH answers, and nothing else")
    with peer.serving() as one, peer.serving() as other:
        replay.run.self_test(one, other)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--binary", help="the ambit binary to test")
    parser.add_argument("--store", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--only", choices=SUITES, help="one suite instead of all")
    parser.add_argument("--self-test", action="store_true", help="prove the suites themselves")
    arguments = parser.parse_args()
    if not arguments.self_test and not arguments.binary:
        parser.error("--binary or --self-test is needed")
    try:
        if arguments.self_test:
            self_test()
        else:
            names = [arguments.only] if arguments.only else list(SUITES)
            against_ambit(arguments.binary, arguments.store, names)
    except Failure as failure:
        print(f"FAILED: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
