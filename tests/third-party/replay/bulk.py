"""Bulk (RFC 7644 §3.7), and the groups of a user (RFC 7643 §4.1.2)."""

from .model import MESSAGE, Request, create, delete, group, patch_body, returns, user
from .patches import replace


def bulk(*operations, **limits):
    body = {"schemas": [MESSAGE + "BulkRequest"], "Operations": list(operations), **limits}
    return Request("POST", "/Bulk", body=body)


def post(bulk_id, data, path="/Users"):
    return {"method": "POST", "path": path, "bulkId": bulk_id, "data": data}


def on(method, path, data=None, **more):
    return {"method": method, "path": path, **({"data": data} if data else {}), **more}


def requests():
    yield from creations()
    yield from changes()
    yield from refusals()
    yield from membership()


def creations():
    member = [{"value": "bulkId:b1"}]
    yield bulk(post("b1", user("bulk-1")), post("b2", group("bulk-team", members=member), "/Groups"))
    only_values = {"attributes": "displayName,members.value"}
    yield Request("GET", "/Groups/<id:b2>", query=only_values)
    # The reference comes before what it refers to.
    member = [{"value": "bulkId:b4"}]
    yield bulk(post("b3", group("bulk-team-2", members=member), "/Groups"), post("b4", user("bulk-2")))
    yield Request("GET", "/Groups/<id:b3>", query=only_values)
    manager = user("bulk-3", enterprise={"manager": {"value": "bulkId:b6"}})
    yield bulk(post("b5", manager), post("b6", user("bulk-4")))
    for name in ("b2", "b3"):
        yield delete(name, "/Groups")


def changes():
    title = patch_body(replace("title", "By bulk"))
    yield bulk(on("PATCH", "/Users/<id:b1>", title), on("PUT", "/Users/<id:b4>", user("bulk-2", title="Put")))
    yield Request("GET", "/Users/<id:b1>")
    yield Request("GET", "/Users/<id:b4>")
    yield bulk(on("PATCH", "/Users/<id:b1>", title, version='W/"stale"'))
    yield bulk(on("DELETE", "/Users/<id:b1>", version='W/"stale"'))
    yield bulk(on("DELETE", "/Users/<id:b1>"), on("DELETE", "/Users/<id:b1>"))
    yield bulk(on("DELETE", "/Users/<id:b4>"), on("DELETE", "/Users/<id:b5>"), on("DELETE", "/Users/<id:b6>"))
    yield Request("GET", "/Users/<id:b5>")


def refusals():
    wrong = [post("w1", user("bert")), post("w2", user(None)), on("DELETE", "/Users/none")]
    fine = post("fine", user("bulk-5"))
    yield bulk(*wrong)
    yield bulk(*wrong, failOnErrors=1)
    yield bulk(*wrong, failOnErrors=2)
    yield bulk(wrong[0], fine, failOnErrors=2)
    yield bulk(on("DELETE", "/Users/<id:fine>"))
    yield bulk({"method": "POST", "path": "/Users", "data": user("no-bulk-id")})
    yield bulk({"method": "POST", "path": "/Users", "bulkId": "no-data"})
    yield bulk(on("PATCH", "/Users/none", patch_body(replace("title", "x"))))
    yield bulk(on("PUT", "/Users/none", user("x")))
    yield bulk(on("PATCH", "/Users/<id:bert>", patch_body(replace("nothing", "x"))))
    yield bulk(post("w3", user("x"), "/Nothing"))
    yield bulk(post("w4", group("x", members=[{"value": "bulkId:unknown"}]), "/Groups"))
    yield bulk(post("twice", user("bulk-6")), post("twice", user("bulk-7")))
    yield bulk(on("DELETE", "/Users/<id:twice>"))
    yield bulk()
    yield Request("POST", "/Bulk", body=b"{not json")
    wrong_schema = {"schemas": ["urn:example:none"], "Operations": [fine]}
    yield Request("POST", "/Bulk", body=wrong_schema)


def membership():
    """Last, since from here on a user has groups."""
    whole = {"value": "<id:hiro>", "$ref": "<ref:hiro>", "type": "User"}
    yield create(group("with-hiro", members=[whole]), "with-hiro", "/Groups")
    yield Request("GET", "/Groups/<id:with-hiro>")
    yield Request("GET", "/Groups", query={"filter": 'members.value eq "<id:hiro>"'})

    def has_the_group(body):
        groups = body.get("groups", [])
        return [g.get("value") for g in groups] == ["<id of with-hiro>"]

    fault = returns("groups-not-derived", "the group in `groups`", has_the_group)
    yield Request("GET", "/Users/<id:hiro>", fault=fault)
    yield delete("with-hiro", "/Groups")
    yield Request("GET", "/Users", query={"filter": "groups pr"})
