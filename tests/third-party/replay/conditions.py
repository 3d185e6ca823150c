"""Versions and conditional requests (RFC 7644 §3.14, RFC 9110 §13)."""

from .model import Request, create, delete, patch_body, user
from .patches import replace

CURRENT, STALE = "<version:kept>", 'W/"stale"'


def requests():
    path = "/Users/<id:kept>"
    yield create(user("kept", title="1"), "kept")
    for headers in (
        {"If-None-Match": CURRENT},
        {"If-None-Match": STALE},
        {"If-None-Match": "*"},
        {"If-None-Match": f"{STALE}, {CURRENT}"},
        {"If-None-Match": f'{STALE}, W/"other"'},
        {"If-Match": CURRENT},
        {"If-Match": STALE},
        {"If-Match": "*"},
        {"If-Match": f"{STALE}, {CURRENT}"},
        {"If-Match": CURRENT, "If-None-Match": CURRENT},
        {"If-Match": STALE, "If-None-Match": STALE},
    ):
        yield Request("GET", path, headers=headers)
        yield Request("GET", path, headers=headers, query={"attributes": "userName"})
    for number, headers in enumerate(
        (
            {"If-Match": STALE},
            {"If-Match": CURRENT},
            {"If-Match": "*"},
            {"If-Match": f"{STALE}, {CURRENT}"},
            {"If-None-Match": CURRENT},
            {"If-None-Match": "*"},
            {"If-None-Match": STALE},
        )
    ):
        operations = patch_body(replace("title", f"patched {number}"))
        query = {"excludedAttributes": "photos"}
        yield Request("PATCH", path, headers=headers, body=operations, query=query)
        yield Request("PUT", path, headers=headers, body=user("kept", title=f"put {number}"))
        yield Request("GET", path)
    # A change that changes nothing, under the current version and under a stale one.
    for version in (CURRENT, STALE):
        headers = {"If-Match": version}
        same = patch_body(replace("userName", "kept"))
        yield Request("PATCH", path, headers=headers, body=same, query={"attributes": "userName"})
    yield Request("GET", "/Users/none", headers={"If-Match": STALE})
    yield Request("DELETE", "/Users/none", headers={"If-Match": STALE})
    yield Request("DELETE", path, headers={"If-Match": STALE})
    yield Request("DELETE", path, headers={"If-None-Match": CURRENT})
    yield Request("DELETE", path, headers={"If-Match": CURRENT})
    yield Request("GET", path)
    yield create(user("kept"), "kept")
    yield Request("DELETE", path, headers={"If-Match": "*"}, preparation=True)
    yield create(user("kept"), "kept")
    yield delete("kept")
