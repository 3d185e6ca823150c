"""What scim2-tester would not notice: headers, meta, totals, and a filter that is ignored."""

import re

import web
from processes import Failure

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Checks:
    """Counts what holds; the first that does not ends the run."""

    def __init__(self):
        self.count = 0

    def holds(self, truth, what):
        if not truth:
            raise Failure(f"not seen by scim2-tester, but wrong: {what}")
        self.count += 1

    def equal(self, found, expected, what):
        self.holds(found == expected, f"{what}: {found!r}, expected {expected!r}")


def run(target):
    """Checks a service provider that has no users yet. Leaves none behind. Returns the number of checks."""
    checks = Checks()
    names = ["blind-anna", "blind-bert", "blind-carla"]
    created = [create(checks, target, name) for name in names]
    totals(checks, target, names)
    conditions(checks, target, created[0])
    content_types(checks, target)
    for user in created:
        path = f"/Users/{user['id']}"
        checks.equal(target.send("DELETE", path).status, 204, "DELETE of a user")
        checks.equal(target.send("GET", path).status, 404, "GET of a deleted user")
    checks.equal(target.send("GET", "/Users").body["totalResults"], 0, "totalResults at the end")
    return checks.count


def create(checks, target, name):
    body = {"schemas": [USER], "userName": name, "displayName": f"Display of {name}"}
    answer = target.send("POST", "/Users", body=body)
    checks.equal(answer.status, 201, "POST of a user")
    checks.equal(answer.media_type, web.SCIM_JSON, "content type of a 201 (RFC 7644 §8.1)")
    user = answer.body
    meta = user.get("meta", {})
    location = f"{target.url}/Users/{user['id']}"
    checks.equal(answer.header("Location"), location, "Location of a 201 (RFC 7644 §3.3)")
    checks.equal(meta.get("location"), location, "meta.location (RFC 7643 §3.1)")
    checks.equal(meta.get("resourceType"), "User", "meta.resourceType (RFC 7643 §3.1)")
    for moment in ("created", "lastModified"):
        text = meta.get(moment, "")
        checks.holds(RFC3339.fullmatch(text), f"meta.{moment} is no dateTime: {text!r}")
    checks.holds(meta.get("version"), "meta.version is missing (RFC 7644 §3.14)")
    checks.equal(answer.header("ETag"), meta.get("version"), "ETag of a 201 (RFC 7644 §3.14)")
    return user


def totals(checks, target, names):
    everyone = target.send("GET", "/Users")
    checks.equal(everyone.body["totalResults"], len(names), "totalResults of all users")
    checks.equal(everyone.body["itemsPerPage"], len(names), "itemsPerPage of all users")
    page = target.send("GET", "/Users", query={"count": 1})
    checks.equal(page.body["totalResults"], len(names), "totalResults of a page")
    checks.equal(len(page.body["Resources"]), 1, "resources of a page of one")
    for wanted, found in [
        ('userName eq "blind-bert"', ["blind-bert"]),
        ('userName eq "nobody"', []),
        ('displayName ew "carla" or userName eq "BLIND-ANNA"', ["blind-anna", "blind-carla"]),
    ]:
        answer = target.send("GET", "/Users", query={"filter": wanted})
        got = sorted(user["userName"] for user in answer.body["Resources"])
        checks.equal(got, found, f"users found by {wanted}")
        checks.equal(answer.body["totalResults"], len(found), f"totalResults of {wanted}")


def conditions(checks, target, user):
    path, version = f"/Users/{user['id']}", user["meta"]["version"]
    answer = target.send("GET", path)
    checks.equal(answer.header("ETag"), version, "ETag of a GET")
    unchanged = target.send("GET", path, headers={"If-None-Match": version})
    checks.equal(unchanged.status, 304, "GET with the current version in If-None-Match")
    checks.equal(unchanged.text, "", "body of a 304")
    stale = target.send("DELETE", path, headers={"If-Match": 'W/"stale"'})
    checks.equal(stale.status, 412, "DELETE with another version in If-Match")


def content_types(checks, target):
    for path in ("/Users", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/Users/none"):
        answer = target.send("GET", path)
        checks.equal(answer.media_type, web.SCIM_JSON, f"content type of GET {path}")
