"""PATCH with every form of operation and path (RFC 7644 §3.5.2): each on a fresh user, read back afterwards."""

from .model import ENTERPRISE, MESSAGE, USER, Request, create, delete, group, patch_body, refused, returns, user

# Asked with this, both sides answer 200 and the resource (§3.5.2).
WHOLE = {"excludedAttributes": "photos"}


def subject(name):
    return user(
        name,
        externalId="subject",
        name={"givenName": "Given", "familyName": "Family"},
        title="Title",
        nickName="Nick",
        active=True,
        emails=[
            {"value": "work@example.org", "type": "work", "primary": True},
            {"value": "home@example.org", "type": "home"},
        ],
        enterprise={"department": "Dept", "manager": {"value": "m-0001"}},
    )


def add(*arguments):
    return operation("add", *arguments)


def replace(*arguments):
    return operation("replace", *arguments)


def remove(*arguments):
    return operation("remove", *arguments)


def operation(op, *arguments):
    """`op` with a value alone (no path), or with a path and perhaps a value."""
    if op == "remove" or isinstance(arguments[0], str):
        path, *value = arguments or (None,)
    else:
        path, value = None, arguments
    result = {"op": op}
    if path is not None:
        result["path"] = path
    if value:
        result["value"] = value[0]
    return result


OTHER = {"value": "other@example.org", "type": "other"}

SINGLE_VALUED = [
    [add("title", "New")], [replace("title", "New")], [replace("title", "Title")], [add("title", "Title")],
    [replace("title", None)], [add("title", None)], [replace("title", "")], [remove("title")], [remove("displayName")],
    [add("displayName", "New")], [replace("displayName", "New")], [replace("TITLE", "New")],
    [replace(f"{USER}:title", "New")], [replace("title", "A"), replace("title", "B")],
    [replace("title", "A"), remove("title"), add("title", "C")], [replace("externalId", "Subject")],
    [{"op": "Replace", "path": "title", "value": "New"}, {"op": "REMOVE", "path": "nickName"}],
    [replace("active", False)], [replace("active", "false")], [replace("active", "True")], [remove("active")],
    [replace("userName", "patched-name")], [replace("password", "a-new-Password-1")],
    [replace("profileUrl", "https://example.org/me")], [replace("locale", "fr-CH"), add("timezone", "Europe/Zurich")],
]  # fmt: skip

COMPLEX = [
    [replace("name", {"givenName": "G"})], [add("name", {"middleName": "M"})], [replace("name.givenName", "G")],
    [add("name.middleName", "M")], [remove("name.givenName")], [remove("name")], [replace("name", None)],
    [replace("name", {})], [remove("name.givenName"), remove("name.familyName")], [remove("name.honorificPrefix")],
    [replace("name", {"givenName": None})], [remove("name"), add("name.givenName", "Again")],
    [replace("Name.GIVENNAME", "G")], [replace(f"{USER}:name.familyName", "F")],
]  # fmt: skip

MULTI_VALUED = [
    [add("emails", [OTHER])], [add("emails", OTHER)], [add("emails", [])],
    [add("emails", [{"value": "home@example.org", "type": "home"}])], [add("emails", [{"value": "home@example.org"}])],
    [add("emails", [{"value": "WORK@example.org", "type": "work", "primary": True}])],
    [add("emails", [{**OTHER, "primary": True}])], [replace("emails", [OTHER])], [replace("emails", OTHER)],
    [replace("emails", [])], [replace("emails", None)], [remove("emails")], [add("phoneNumbers", [{"value": "1"}])],
    [replace("phoneNumbers", [{"value": "1", "type": "work"}])], [remove("phoneNumbers")],
    [replace("emails.type", "other")], [add("emails.display", "Same")], [remove("emails.type")],
    [replace("emails.value", "same@example.org")],
    [replace("x509Certificates", [{"value": "AQIDBA=="}])], [add("roles", [{"value": "r1"}, {"value": "r2"}])],
    [add("roles", [{"value": "r1"}]), add("roles", [{"value": "r1"}]), add("roles", [{"value": "r2"}])],
    [add("addresses", [{"country": "CH", "type": "work"}]), add("addresses", [{"country": "CH", "type": "home"}])],
]  # fmt: skip

VALUE_PATHS = [
    [replace('emails[type eq "home"].value', "new@example.org")],
    [replace('emails[type eq "home"].display', "Home")],
    [add('emails[type eq "home"].display', "Home")],
    [replace('emails[type eq "home"]', {"value": "new@example.org", "type": "other", "display": "New"})],
    [add('emails[type eq "home"]', {"display": "Home"})],
    [replace('emails[type eq "home"].primary', True)],
    [replace('emails[type eq "work"].primary', False)],
    [replace('emails[type eq "work" or type eq "home"].display', "Both")],
    [replace('emails[value sw "work" and primary eq true].type', "other")],
    [replace('emails[not (type eq "work")].type', "other")],
    [replace("emails[value pr].display", "All")],
    [replace('Emails[TYPE eq "HOME"].VALUE', "new@example.org")],
    [replace(f'{USER}:emails[type eq "home"].value', "new@example.org")],
    [remove('emails[type eq "home"]')],
    [remove('emails[type eq "home"].type')],
    [remove('emails[type eq "home"].display')],
    [remove("emails[primary eq true].primary")],
    [remove("emails[value pr]")],
    [remove('emails[type eq "work"]'), remove('emails[type eq "home"]')],
    [remove('emails[type eq "home"]'), add("emails", [{"value": "again@example.org", "type": "home"}])],
]

WITHOUT_PATH = [
    [add({"title": "New", "displayName": "D"})],
    [replace({"title": "New", "name": {"givenName": "G"}})],
    [replace({"emails": [OTHER]})],
    [add({"emails": [OTHER]})],
    [replace({"name.givenName": "Dotted"})],
    [replace({ENTERPRISE: {"department": "D"}})],
    [replace({f"{ENTERPRISE}:department": "D"})],
    [add({f"{USER}:title": "New"})],
    [replace({"title": None})],
    [replace({"TITLE": "New"})],
    [replace({})],
    [replace({"schemas": [USER], "title": "New"})],
    [replace({"title": "Title", "nickName": "Nick"})],
    [replace({"active": False}), add({"roles": [{"value": "r"}]})],
]

EXTENSION = [
    [replace(f"{ENTERPRISE}:department", "D")], [add(f"{ENTERPRISE}:costCenter", "C")],
    [remove(f"{ENTERPRISE}:department")], [replace(f"{ENTERPRISE}:manager", {"value": "m-0002"})],
    [replace(f"{ENTERPRISE}:manager.value", "m-0002")], [remove(f"{ENTERPRISE}:manager")],
    [add(ENTERPRISE, {"costCenter": "C"})], [replace(ENTERPRISE, {"department": "D"})], [remove(ENTERPRISE)],
    [remove(f"{ENTERPRISE}:department"), remove(f"{ENTERPRISE}:manager")],
    [remove(ENTERPRISE), add(f"{ENTERPRISE}:division", "V")],
]  # fmt: skip

REFUSED = [
    [add("title")], [replace("title")], [remove()], [remove("title", "Title")], [remove("")], [],
    [add("nothing", "x")], [replace("name.nothing", "x")], [remove("nothing")], [replace("emails.nothing", "x")],
    [replace({"nothing": "x"})], [replace({"name": {"nothing": "x"}})], [add({"emails": [{"nothing": "x"}]})],
    [add("emails", [{"value": "x", "nothing": "y"}])], [replace("name", {"nothing": "x"})],
    [replace("urn:example:schemas:none:1.0:title", "x")], [replace("department", "x")],
    [replace('emails[type eq "none"].value', "x")], [replace('emails[type eq "none"]', {"value": "x"})],
    [add('emails[type eq "none"].value', "x")], [add('phoneNumbers[type eq "work"].value', "1")],
    [replace('title[value eq "x"]', "x")], [replace('name[givenName eq "Given"].familyName', "x")],
    [replace('emails[type eq', "x")], [replace("emails[0]", "x")], [replace("emails[]", "x")],
    [replace('emails[type eq "home"]value', "x")], [replace("title.", "x")], [replace(".title", "x")],
    [replace('emails[type eq "home"].nothing', "x")], [replace("title and more", "x")],
    [replace("id", "x")], [replace("meta", {})], [replace("meta.version", "x")], [replace("meta.created", "x")],
    [add("groups", [{"value": "x"}])], [remove("groups")], [replace({"id": "x"})], [replace({"id": "x", "title": "T"})],
    [replace({"meta": {"version": "x"}, "title": "T"})], [replace(f"{ENTERPRISE}:manager.displayName", "x")],
    [remove("userName")], [replace("userName", None)], [replace({"userName": None})],
    [replace("title", 5)], [replace("title", True)], [replace("title", {})], [replace("title", ["x"])],
    [replace("name", "x")], [replace("name", ["x"])], [add("emails", "x")], [add("emails", ["x"])],
    [replace("emails", 5)], [replace("active", "maybe")], [replace("active", {})],
    [replace(f"{ENTERPRISE}:manager", "x")], [replace("profileUrl", "no url")],
    [replace("name.givenName", {"value": "x"})],
    [add("emails", [{"value": "a", "primary": True}, {"value": "b", "primary": True}])],
    [{"op": "add", "value": "text"}], [{"op": "add", "value": ["text"]}], [{"op": "replace", "value": 5}],
    [{"op": "move", "path": "title", "value": "x"}], [{"path": "title", "value": "x"}],
    [{"op": 5, "path": "title", "value": "x"}], [{"op": "add", "path": 5, "value": "x"}],
    [{"op": "add", "path": "title", "value": "x", "more": 1}],
    # All or nothing: the first operation alone would be fine.
    [replace("title", "New"), replace("nothing", "x")], [replace("title", "New"), replace("userName", "bert")],
    [remove("emails"), replace('emails[type eq "work"].value', "x")], [replace("userName", "BERT")],
]  # fmt: skip

BODIES = [
    {"schemas": [MESSAGE + "PatchOp"]}, {"schemas": [USER], "Operations": [replace("title", "x")]},
    {"schemas": [MESSAGE + "PatchOp"], "Operations": [replace("title", "x")], "more": 1},
    {"schemas": [MESSAGE + "PatchOp"], "operations": [replace("title", "New")]},
    {"schemas": [MESSAGE + "PatchOp"], "Operations": replace("title", "x")},
    {"schemas": [MESSAGE + "PatchOp"], "Operations": ["x"]},
    b"{not json", b"[]", b"", b"5", b'"text"', b"null",
]  # fmt: skip


def requests():
    lists = (SINGLE_VALUED, COMPLEX, MULTI_VALUED, VALUE_PATHS, WITHOUT_PATH, EXTENSION, REFUSED)
    for number, operations in enumerate(op for every in lists for op in every):
        yield from on_fresh_user(f"patched-{number}", patch_body(*operations))
    for number, body in enumerate(BODIES):
        yield from on_fresh_user(f"patched-by-{number}", body)
    yield Request("PATCH", "/Users/none", body=patch_body(replace("title", "x")))
    yield Request("PATCH", "/Users", body=patch_body(replace("title", "x")))
    for query in ({"attributes": "title"}, {"attributes": "emails.value,nickName"}, {"excludedAttributes": "name"}):
        yield from on_fresh_user("patched-partly", patch_body(replace("title", "x")), query=query)
    yield from members()
    yield from faults()


def on_fresh_user(name, body, query=None, fault=None):
    yield create(subject(name), name)
    yield Request("PATCH", f"/Users/<id:{name}>", query=query or WHOLE, body=body, fault=fault)
    if fault is None:
        yield Request("GET", f"/Users/<id:{name}>", preparation=True)
    yield delete(name)


def members():
    """Members are immutable one by one, but come and go."""
    cases = [
        [add("members", [{"value": "m-0003", "type": "User"}])],
        [add("members", [{"value": "m-0001", "type": "User"}])],
        [remove('members[value eq "m-0001"]')],
        [remove("members")],
        [replace("members", [{"value": "m-0009", "type": "User"}])],
        [replace("members", [])],
        [replace('members[value eq "m-0001"].value', "m-0009")],
        [remove("members", [{"value": "m-0001"}])],
        [replace('members[value eq "m-0404"].type', "Group")],
        [add({"members": [{"value": "m-0003", "type": "User"}]})],
        [replace("displayName", "Renamed"), add("members", {"value": "m-0004", "type": "User"})],
        [remove("displayName")],
        [replace("displayName", None)],
        [add("members", ["m-0005"])],
        [replace("externalId", "g-1")],
        [replace("externalId", "g-1"), remove("externalId"), add("displayName", "T")],
    ]
    for number, operations in enumerate(cases):
        name = f"team-{number}"
        path = f"/Groups/<id:{name}>"
        known = [{"value": "m-0001", "type": "User"}, {"value": "m-0002", "type": "User"}]
        yield create(group(name, members=known), name, "/Groups")
        yield Request("PATCH", path, query={"excludedAttributes": "nothing"}, body=patch_body(*operations))
        yield Request("GET", path, preparation=True)
        yield delete(name, "/Groups")


def faults():
    missing = refused("remove-no-match", 400, "noTarget")
    for number, path in enumerate(['emails[type eq "none"]', 'emails[type eq "none"].value', "phoneNumbers[value pr]"]):
        yield from on_fresh_user(f"fault-{number}", patch_body(remove(path)), fault=missing)
    for number, value in enumerate((1, "yes")):
        loose = refused("loose-boolean", 400, "invalidValue")
        yield from on_fresh_user(f"loose-{number}", patch_body(replace("active", value)), fault=loose)
    element = {"value": "new@example.org"}
    replaced = returns("element-replace-merges", "no `type` any more", lambda body: element in body["emails"])
    body = patch_body(replace('emails[type eq "home"]', element))
    yield from on_fresh_user("replaced-element", body, fault=replaced)
    empty = refused("empty-user-name", 400, "invalidValue")
    yield from on_fresh_user("emptied", patch_body(replace("userName", "")), fault=empty)
    bare = {"Operations": [replace("title", "New")]}
    yield from on_fresh_user("bare", bare, fault=refused("schemas-required", 400, "invalidSyntax"))
