"""Runs every request on both sides and judges the differences."""

from collections import Counter

import web
from processes import Failure

from . import bulk, conditions, filters, lists, patches, seed, writes
from .compare import differences
from .kinds import KINDS
from .perturb import PERTURBATIONS
from .side import Side

LEAST_QUESTIONS = 300
# The parts, in an order in which each finds what it expects: filters and lists see the untouched seed.
PARTS = (seed, filters, lists, conditions, writes, patches, bulk)


class Report:
    """What was asked, and what was found."""

    def __init__(self):
        self.exchanges = 0
        self.questions = Counter()
        self.kinds = Counter()
        self.unexplained = []
        self.noticed = Counter()
        self.overlooked = []


def run(ours, theirs):
    """Replays everything on Ambit and the peer.

    Fails on any difference that `kinds.py` does not explain, and on a kind that nothing shows.
    """
    report = replay(Side("Ambit", ours), Side("scim2-server", theirs))
    show(report)
    unused = [kind for kind in KINDS if not report.kinds[kind]]
    if report.unexplained:
        raise Failure(f"replay: {len(report.unexplained)} unexplained differences")
    if unused:
        raise Failure(f"replay: kinds of difference that nothing shows: {', '.join(unused)}")
    enough(report)


def self_test(one, other):
    """Replays everything on two instances of the peer: they must agree, and every altered answer be noticed."""
    report = replay(Side("one peer", one), Side("another peer", other), perturbed=True)
    show(report)
    if report.unexplained:
        raise Failure("replay: the peer does not agree with itself")
    for name in PERTURBATIONS:
        print(f"  noticed {report.noticed[name]:5} times: {name}")
    if report.overlooked:
        raise Failure("replay: altered answers were not noticed:\n  " + "\n  ".join(report.overlooked[:20]))
    missing = [name for name in PERTURBATIONS if not report.noticed[name]]
    if missing:
        raise Failure(f"replay: alterations that were never tried: {', '.join(missing)}")
    enough(report)


def enough(report):
    asked = sum(report.questions.values())
    if asked < LEAST_QUESTIONS:
        raise Failure(f"replay: {asked} questions, expected at least {LEAST_QUESTIONS}")


def replay(ours, theirs, perturbed=False):
    report = Report()
    for side in (ours, theirs):
        total = side.target.send("GET", "/Users").body["totalResults"]
        if total:
            raise Failure(f"replay: {side.title} starts with {total} users, not with none")
    for part in PARTS:
        name = part.__name__.rpartition(".")[2]
        for request in part.requests():
            exchange(report, request, ours, theirs, perturbed)
            report.exchanges += 1
            report.questions[name] += not request.preparation
    return report


def exchange(report, request, ours, theirs, perturbed):
    answers = []
    for side in (ours, theirs):
        try:
            answer = side.send(request)
        except Failure as failure:
            report.unexplained.append((request, [("not asked", str(failure), "")]))
            return
        side.learn(request, answer)
        names = side.copied_names() if perturbed and side is ours else None
        answers.append((side.shared(request, answer), answer, names))
    (our_answer, our_raw, names), (their_answer, _, _) = answers
    judge(report, request, our_answer, their_answer, same_kind=perturbed)
    if perturbed:
        perturb(report, request, ours, our_raw, names, their_answer)
    if request.fleeting:
        for side, (_, answer, _) in zip((ours, theirs), answers, strict=True):
            if answer.status == 201:
                web.send("DELETE", answer.header("Location"), headers=side.target.headers)


def judge(report, request, ours, theirs, same_kind):
    """Two instances of the peer must agree in everything; Ambit may differ where the peer is at fault."""
    found = differences(ours, theirs)
    fault = request.fault
    if fault and not same_kind:
        if not fault.met(ours):
            report.unexplained.append((request, [(f"the RFC demands {fault.demand}", ours, theirs)]))
        elif found:
            report.kinds[fault.kind] += 1
    elif found:
        report.unexplained.append((request, found))


def perturb(report, request, side, raw, names, expected):
    for name, alteration in PERTURBATIONS.items():
        wrong = alteration(request, raw)
        if wrong is None:
            continue
        if differences(side.shared(request, wrong, names), expected):
            report.noticed[name] += 1
        else:
            report.overlooked.append(f"{name}: {request}")


def show(report):
    for request, found in report.unexplained[:40]:
        print(f"DIFFERENT: {request}")
        for path, ours, theirs in found[:6]:
            print(f"    {path}\n      ours:   {short(ours)}\n      theirs: {short(theirs)}")
    if len(report.unexplained) > 40:
        print(f"... and {len(report.unexplained) - 40} more")
    parts = ", ".join(f"{count} {name}" for name, count in report.questions.items() if count)
    asked = sum(report.questions.values())
    print(f"replay: {asked} questions ({parts}) in {report.exchanges} exchanges, each compared")
    for kind, count in report.kinds.items():
        print(f"  the peer is wrong {count} times: {KINDS[kind].peer} ({KINDS[kind].section})")
    print(f"replay: {len(report.unexplained)} unexplained differences")


def short(value):
    text = str(value)
    return text if len(text) <= 300 else text[:300] + "…"
