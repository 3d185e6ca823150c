"""Sorting, paging and projection (RFC 7644 §3.4.2.3, §3.4.2.4, §3.9), over the seed."""

from .model import ENTERPRISE, MESSAGE, SORTED, UNCOMPARED, USER, Request, search

SORTABLE = [
    "userName", "displayName", "title", "active", "name.familyName", "externalId", "meta.created", "emails",
    "emails.value", "emails.type", f"{ENTERPRISE}:department", "USERNAME", f"{USER}:userName", "nickName",
]  # fmt: skip
NOT_SORTABLE = ["name", "nothing", "name.nothing", "password", "x509Certificates", 'emails[type eq "work"]', ""]

PAGES = [
    {"startIndex": 1, "count": 5},
    {"startIndex": 6, "count": 5},
    {"startIndex": 11, "count": 5},
    {"startIndex": 12, "count": 1},
    {"startIndex": 13, "count": 5},
    {"startIndex": 1000},
    {"startIndex": 0, "count": 3},
    {"startIndex": -7, "count": 3},
    {"startIndex": 2},
    {"count": 0},
    {"count": -1},
    {"count": 1},
    {"count": 150},
    {"startIndex": 5, "count": 0},
]
# Nothing sorts these: how many there are, and how many of them came, is all that can be compared.
UNSORTED_PAGES = [{"count": 4}, {"startIndex": 10, "count": 10}, {"startIndex": 0}, {"count": 0}]
NOT_PAGES = [
    {"count": "many"}, {"count": ""}, {"count": "1.5"}, {"startIndex": "x"}, {"startIndex": ""},
    {"sortBy": "userName", "sortOrder": "upwards"}, {"sortBy": "userName", "sortOrder": "DESCENDING"},
]  # fmt: skip

PROJECTIONS = [
    {"attributes": "userName"},
    {"attributes": "username"},
    {"attributes": "userName,displayName,active"},
    {"attributes": "userName, title"},
    {"attributes": "name"},
    {"attributes": "name.givenName"},
    {"attributes": "name.givenName,name.familyName,emails.type"},
    {"attributes": "emails"},
    {"attributes": "emails.value"},
    {"attributes": "emails.nothing"},
    {"attributes": "nothing"},
    {"attributes": "nothing,userName"},
    {"attributes": ""},
    {"attributes": "id"},
    {"attributes": "schemas"},
    {"attributes": "meta"},
    {"attributes": "meta.resourceType"},
    {"attributes": "password,userName"},
    {"attributes": f"{USER}:userName"},
    {"attributes": f"{USER}:name.familyName"},
    {"attributes": f"{ENTERPRISE}:department"},
    {"attributes": f"{ENTERPRISE}:manager.value"},
    {"attributes": ENTERPRISE},
    {"attributes": f"userName,{ENTERPRISE}:employeeNumber"},
    {"excludedAttributes": "emails"},
    {"excludedAttributes": "emails.value"},
    {"excludedAttributes": "name.givenName,title"},
    {"excludedAttributes": "userName,displayName"},
    {"excludedAttributes": "id,schemas"},
    {"excludedAttributes": "meta"},
    {"excludedAttributes": "meta.created,meta.lastModified"},
    {"excludedAttributes": "nothing"},
    {"excludedAttributes": ENTERPRISE},
    {"excludedAttributes": f"{ENTERPRISE}:department,{ENTERPRISE}:employeeNumber"},
    {"excludedAttributes": f"{USER}:title"},
    {"attributes": "userName", "excludedAttributes": "emails"},
    {"attributes": 'emails[type eq "work"]'},
]

SEARCH_REQUESTS = [
    {"filter": 'title eq "Director"', "attributes": ["userName", "title"]},
    {"filter": "emails pr", "excludedAttributes": ["emails"]},
    {"sortBy": "userName", "count": 4, "startIndex": 3},
    {"sortBy": "userName", "sortOrder": "descending", "attributes": ["userName"]},
    {"count": 0},
    {"filter": "nothing pr"},
    {"sortBy": "nothing"},
    {"unknown": 1},
    {"count": "many"},
]


def requests():
    for path in SORTABLE:
        for order in ("ascending", "descending"):
            yield search(order=SORTED, sortBy=path, sortOrder=order)
    yield search(order=SORTED, sortBy="userName")
    yield search(sortOrder="descending")
    yield search("/Groups", order=SORTED, sortBy="displayName", sortOrder="descending")
    yield search(order=SORTED, filter="emails pr", sortBy="emails.value", sortOrder="descending")
    for path in NOT_SORTABLE:
        yield search(sortBy=path)
    for page in PAGES:
        yield search(order=SORTED, sortBy="userName", **page)
        yield search(order=SORTED, sortBy="userName", sortOrder="descending", filter="active pr", **page)
    for page in UNSORTED_PAGES:
        yield search(order=UNCOMPARED, **page)
    for page in NOT_PAGES:
        yield search(**page)
    yield search(unknown="parameters are ignored")
    for projection in PROJECTIONS:
        yield search(**projection)
        for name in ("Anna.Lindqvist", "eve"):
            yield Request("GET", f"/Users/<id:{name}>", query=projection)
    for body in SEARCH_REQUESTS:
        order = SORTED if body.get("sortBy") == "userName" else "any"
        body = {"schemas": [MESSAGE + "SearchRequest"], **body}
        yield Request("POST", "/Users/.search", body=body, order=order)
    yield Request("GET", "/Users/none")
    yield Request("GET", "/Groups/<id:bert>")
    yield Request("GET", "/Nothing")
    yield Request("GET", "/Groups/<id:Everyone>", query={"attributes": "members.value"})
