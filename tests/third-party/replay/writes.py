"""POST, PUT and DELETE (RFC 7644 §3.3, §3.5.1, §3.6): what is accepted, what is refused, what comes back."""

from .model import ENTERPRISE, GROUP, USER, Request, create, delete, group, refused, returns, user
from .patches import subject
from .seed import CERTIFICATE

ACCEPTED = [
    user("plain"),
    user("cased-keys", TITLE="T", NAME={"GIVENname": "G"}),
    user("with-extension", enterprise={"department": "D", "manager": {"value": "m-0001"}}),
    {"schemas": [USER], "userName": "extension-unlisted", ENTERPRISE: {"department": "D"}},
    {"schemas": [USER, ENTERPRISE], "userName": "extension-without-data"},
    user("read-only", id="mine", meta={"version": "mine"}, groups=[{"value": "mine"}]),
    user("unassigned", title=None, emails=[], name={}, active=None),
    user("empty-elements", emails=[{}]),
    user("boolean-text", active="true"),
    user("boolean-Text", active="False"),
    user("unknown-kind", emails=[{"value": "x@example.org", "type": "carrier pigeon"}]),
    user("twice-the-same", emails=[{"value": "x@example.org"}, {"value": "x@example.org", "type": "work"}]),
    user("one-primary", emails=[{"value": "a", "primary": True}, {"value": "b", "primary": False}]),
    user("certificate", x509Certificates=[{"value": CERTIFICATE}]),
    user("link", profileUrl="https://example.org/~link?a=b#c"),
    # A password may hold no part of the name.
    user("credentialled", password="a-Password-of-2-words"),
    user("ünïcode ✓ 漢字", displayName="🙂"),
    user('quotes " and \\ back', title="line\nbreak\ttab"),
    user("addresses", addresses=[{"formatted": "1 Way\nTown", "country": "CH", "type": "work", "primary": True}]),
    user("ims", ims=[{"value": "x", "type": "xmpp"}], entitlements=[{"value": "e"}], roles=[{"value": "r"}]),
]

REFUSED = [
    {"schemas": [USER]}, user(None), user(5), user(["x"]), user({"value": "x"}), user("anna.lindqvist"), user("BERT"),
    {"schemas": ["urn:example:none"], "userName": "x"}, {"schemas": [USER, "urn:example:none"], "userName": "x"},
    {"schemas": [GROUP], "userName": "x"}, {"schemas": USER, "userName": "x"}, user("x", nothing=1),
    user("x", emails=[{"value": "x", "nothing": 1}]), user("x", name={"nothing": 1}), user("x", title=5),
    user("x", title=["a"]), user("x", title={"a": 1}), user("x", name="text"), user("x", name=[]),
    user("x", emails={"value": "x"}), user("x", emails="x"), user("x", emails=["x"]), user("x", active="maybe"),
    user("x", emails=[{"value": 5}]), user("x", profileUrl="no url"), user("x", enterprise={"nothing": 1}),
    user("x", enterprise={"manager": "m"}), user("x", enterprise={"department": 5}),
    user("x", emails=[{"value": "a", "primary": True}, {"value": "b", "primary": True}]),
    b"{not json", b"[]", b"", b"5", b"null", b'{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"]',
]  # fmt: skip

PUTS = [
    {},
    {"title": "Other"},
    {"title": "Title", "id": "another", "groups": [{"value": "x"}]},
    {"name": {"givenName": "G"}, "emails": [{"value": "new@example.org", "primary": True}]},
    {"enterprise": {"department": "Other"}},
    {"externalId": "other", "active": False},
    {"title": None, "emails": []},
    {"nothing": 1},
    {"title": 5},
    {"profileUrl": "no url"},
    {"emails": [{"value": "a", "primary": True}, {"value": "b", "primary": True}]},
]


def requests():
    for number, body in enumerate(ACCEPTED):
        name = f"posted-{number}"
        yield Request("POST", "/Users", body=body, name=name)
        yield Request("GET", f"/Users/<id:{name}>", preparation=True)
        yield delete(name)
    for body in REFUSED:
        yield Request("POST", "/Users", body=body)
    yield Request("POST", "/Users", body=user("x"), headers={"Content-Type": "text/plain"})
    yield Request("POST", "/Users", body=user("x"), headers={"Content-Type": "application/xml"})
    for media_type in ("application/json", "application/scim+json; charset=utf-8"):
        headers = {"Content-Type": media_type}
        yield Request("POST", "/Users", body=user("typed"), headers=headers, name="typed")
        yield delete("typed")
    yield from groups()
    yield from puts()
    yield from methods()
    yield from faults()


def groups():
    for body in ({"schemas": [GROUP]}, group(None), group(5), group("x", members="m"), group("x", members=["m"])):
        yield Request("POST", "/Groups", body=body)
    yield Request("POST", "/Groups", body=group("Everyone"), name="second-of-a-name")
    yield delete("second-of-a-name", "/Groups")
    whole = {"value": "<id:Everyone>", "$ref": "<ref:Everyone>", "type": "Group"}
    yield Request("POST", "/Groups", body=group("nested", members=[whole]), name="nested")
    yield Request("GET", "/Groups/<id:nested>")
    yield Request("PUT", "/Groups/<id:nested>", body=group("nested", members=[]))
    yield Request("PUT", "/Groups/<id:nested>", body=group("renamed", members=[whole]))
    yield Request("PUT", "/Groups/<id:nested>", body={"schemas": [GROUP]})
    yield delete("nested", "/Groups")


def puts():
    for number, attributes in enumerate(PUTS):
        name = f"put-{number}"
        path = f"/Users/<id:{name}>"
        yield create(subject(name), name)
        yield Request("PUT", path, body=user(name, **attributes))
        yield Request("GET", path, preparation=True)
        yield delete(name)
    yield create(subject("put"), "put")
    path = "/Users/<id:put>"
    yield Request("PUT", path, body=subject("put"))  # what is there already: the version stays
    yield Request("PUT", path, body=subject("renamed"))
    yield Request("PUT", path, body=subject("Renamed"))
    yield Request("PUT", path, body=user("BERT"))
    yield Request("PUT", path, body={"schemas": [USER], "title": "no user name"})
    yield Request("PUT", path, body={"schemas": [GROUP], "userName": "put"})
    yield Request("PUT", path, body=user("put", title="T"), query={"attributes": "title"})
    yield Request("PUT", path, body=b"{not json")
    yield Request("GET", path)
    yield delete("put")
    yield Request("PUT", "/Users/none", body=user("x"))


def methods():
    yield Request("DELETE", "/Users/none")
    yield Request("DELETE", "/Users")
    yield Request("PUT", "/Users", body=user("x"))
    yield Request("POST", "/Users/<id:bert>", body=user("x"))
    yield Request("GET", "/Bulk")
    yield create(user("gone"), "gone")
    yield Request("DELETE", "/Users/<id:gone>")
    yield Request("GET", "/Users/<id:gone>")
    yield Request("DELETE", "/Users/<id:gone>")
    yield Request("PUT", "/Users/<id:gone>", body=user("gone"))
    yield create(user("gone"), "back")  # a userName is free again
    yield delete("back")


def faults():
    for body in ({"userName": "no-schemas"}, {"schemas": [], "userName": "no-schemas"}):
        yield fleeting(body, refused("schemas-required", 400, "invalidSyntax"))
    yield fleeting(user(""), refused("empty-user-name", 400, "invalidValue"))
    for value in (1, "yes"):
        yield fleeting(user("x", active=value), refused("loose-boolean", 400, "invalidValue"))
    bad = user("x", x509Certificates=[{"value": "!!"}])
    yield fleeting(bad, refused("invalid-base64", 400, "invalidValue"))
    for query, demand, met in [
        ({"attributes": "userName"}, "schemas, id and userName", lambda b: set(b) == {"schemas", "id", "userName"}),
        ({"excludedAttributes": "title"}, "everything but title", lambda b: "title" not in b and "meta" in b),
    ]:
        fault = returns("post-ignores-attributes", demand, met)
        request = fleeting(user("partly", title="T"), fault)
        request.query = query
        yield request


def fleeting(body, fault):
    return Request("POST", "/Users", body=body, name="fleeting", fault=fault, fleeting=True)
