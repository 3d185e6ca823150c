"""A request of the replay, in words that mean the same on both sides.

Resources have names. In paths, queries, headers and bodies, `<id:anna>` stands for the id that a side gave to the
resource named anna, `<version:anna>` for its current version, and `<ref:anna>` for its absolute location.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
MESSAGE = "urn:ietf:params:scim:api:messages:2.0:"
ERROR = MESSAGE + "Error"

# The order of a list's resources: any, or as `sortBy` says (ties in any order), or not compared at all because the
# page of an unsorted list may hold any of them.
ANY, SORTED, UNCOMPARED = "any", "sorted", "uncompared"


@dataclass(frozen=True)
class Fault:
    """Here the peer is known to be wrong: the kind of its fault, and what the RFC demands of Ambit instead."""

    kind: str
    demand: str
    met: Callable[[dict], bool] = field(repr=False)


def refused(kind, status, scim_type):
    """The RFC demands a refusal."""

    def met(answer):
        body = answer["body"] or {}
        return answer["status"] == status and body.get("scimType") == scim_type

    return Fault(kind, f"{status} {scim_type}", met)


def finds(kind, *user_names):
    """The RFC demands that exactly these users are found."""

    def met(answer):
        body = answer["body"] or {}
        found = sorted(user.get("userName") for user in body.get("Resources", []))
        total = body.get("totalResults")
        return answer["status"] == 200 and found == sorted(user_names) and total == len(found)

    return Fault(kind, f"exactly {', '.join(sorted(user_names))}", met)


def returns(kind, demand, met):
    """The RFC demands something of a body with status 200 or 201."""
    return Fault(kind, demand, lambda a: a["status"] in (200, 201) and bool(met(a["body"])))


@dataclass
class Request:
    """One exchange on each side."""

    method: str
    path: str
    query: dict | None = None
    body: object = None
    headers: dict = field(default_factory=dict)
    # The resource that the answer is about gets this name.
    name: str | None = None
    order: str = ANY
    fault: Fault | None = None
    # A preparation is compared like every request, but is not counted as a question of its own.
    preparation: bool = False
    # What this request created is deleted again on the side where it was created.
    fleeting: bool = False

    def __str__(self):
        parts = [self.method, self.path]
        parts += [str(part) for part in (self.query, self.headers, self.body) if part]
        text = " ".join(parts)
        return text if len(text) <= 400 else text[:400] + "…"


def search(path="/Users", *, order=ANY, fault=None, **query):
    """A GET of a collection, with SCIM's own parameters (`filter`, `sortBy`, `startIndex`, …)."""
    return Request("GET", path, query=query or None, order=order, fault=fault)


def patch_body(*operations):
    return {"schemas": [MESSAGE + "PatchOp"], "Operations": list(operations)}


def user(user_name, /, **attributes):
    """The body of a user. Data of the enterprise extension is given as `enterprise`."""
    body = {"schemas": [USER], "userName": user_name, **attributes}
    enterprise = body.pop("enterprise", None)
    if enterprise is not None:
        body["schemas"] = [USER, ENTERPRISE]
        body[ENTERPRISE] = enterprise
    return body


def group(display_name, /, **attributes):
    return {"schemas": [GROUP], "displayName": display_name, **attributes}


def create(body, name, path="/Users"):
    """The preparation of a resource that later requests are about."""
    return Request("POST", path, body=body, name=name, preparation=True)


def delete(name, path="/Users"):
    return Request("DELETE", f"{path}/<id:{name}>", preparation=True)
