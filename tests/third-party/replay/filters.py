"""Filters of every operator and type (RFC 7644 §3.4.2.2), over the seed."""

from .model import ENTERPRISE, GROUP, MESSAGE, USER, Request, finds, refused, search

# Operators on strings: case-insensitive and case-exact, plain, in a complex attribute, in an extension, non-ASCII.
STRINGS = [
    ("userName", ["bert", "BERT", "nobody"]),
    ("displayName", ["Anna Lindqvist", "ÖSTBERG", "àvila", "Дмитрий", "田中 宏", ""]),
    ("title", ["engineer", "Director", 'He said \\"hi\\" \\\\ left']),
    ("externalId", ["EXT-1", "42"]),
    ("name.familyName", ["lindqvist", "östberg", "соколов"]),
    (f"{ENTERPRISE}:department", ["ENGINEERING", "Sales"]),
    ("emails.value", ["anna@work.example.org", "example.org", "home"]),
    ("profileUrl", ["https://people.example.org/anna"]),
]
OPERATORS = ["eq", "co", "sw", "ew", "gt", "ge", "lt", "le"]
# On these single-valued ones `ne` has one meaning only.
NOT_EQUAL = ["userName", "title", "externalId", "name.familyName", f"{ENTERPRISE}:department"]

PRESENT = [
    "userName", "externalId", "name", "name.familyName", "name.middleName", "nickName", "title", "active", "emails",
    "emails.value", "emails.type", "emails.display", "phoneNumbers", "photos", "addresses.country",
    "x509Certificates", "roles", "roles.type", "roles.primary", "meta", "meta.created", "schemas", "id",
    f"{ENTERPRISE}:department", f"{ENTERPRISE}:manager", f"{ENTERPRISE}:manager.value", "groups", "entitlements",
]  # fmt: skip

LOGIC = [
    'title eq "Director" and active eq true',
    'title eq "Director" or title eq "Engineer"',
    'not (title eq "Director")',
    "not (emails pr)",
    'NOT (title pr) AND (active eq true OR userName eq "frank")',
    'userName eq "bert" or userName eq "carla" and active eq true',
    '(userName eq "bert" or userName eq "carla") and active eq true',
    'not (not (userName eq "bert"))',
    'not (userName eq "bert" or not (active pr))',
    '((((userName eq "bert"))))',
    'active eq true and not (name.familyName pr) or title co "irect" and not (active eq true)',
    'title pr and emails pr and active eq true and userType eq "employee"',
    'userName sw "a" or userName sw "b" or userName sw "c" or userName sw "d"',
]

VALUE_PATHS = [
    'emails[type eq "work"]',
    'emails[type eq "work" and value co "anna"]',
    'emails[type eq "home" and value co "work"]',
    'emails[type eq "work" and primary eq true]',
    'emails[type eq "home" or type eq "other"]',
    'emails[not (type eq "work")]',
    'emails[type ne "work"]',
    'emails[(type eq "work" or type eq "home") and primary pr]',
    'emails[value ew "example.net"] and active eq true',
    'not (emails[type eq "work"])',
    'emails[type eq "work"] or addresses[country eq "ES"]',
    "emails[display pr]",
    'phoneNumbers[type eq "mobile" and value sw "+49"]',
    'roles[value eq "admin" and type eq "global"]',
    "roles[type pr]",
    "roles[not (type pr)]",
    'addresses[locality eq "madrid" and type eq "work"]',
    'emails[value gt "c" and value lt "g"]',
    'x509Certificates[display eq "old"]',
]

TYPES = [
    "active eq true",
    "active eq false",
    "active ne true",
    'active eq "true"',
    'active eq "False"',
    "active eq null",
    "active ne null",
    "title eq null",
    "title ne null",
    "emails eq null",
    "emails.primary eq true",
    "emails.primary eq false",
    'meta.created gt "2020-01-01T00:00:00Z"',
    'meta.created lt "2020-01-01T00:00:00Z"',
    'meta.created ge "2020-01-01T01:30:00+01:30"',
    'meta.lastModified le "2999-12-31T23:59:59.999Z"',
    'meta.lastModified gt "2999-12-31T23:59:59.999Z"',
    'meta.resourceType eq "User"',
    'meta.resourceType eq "Group"',
    'meta.resourceType eq "user"',
    'id eq "<id:bert>"',
    'id eq "none"',
    'id ne "<id:bert>"',
    f'schemas eq "{ENTERPRISE}"',
    f'schemas eq "{USER}"',
    f'{ENTERPRISE}:manager.value eq "m-0001"',
    f'{ENTERPRISE}:manager.value eq "M-0001"',
    f'{ENTERPRISE}:employeeNumber gt "0002"',
    'externalId eq "ext-1"',
    'x509Certificates.display eq "OLD"',
]

SPELLINGS = [
    'USERNAME EQ "bert"',
    'Name.FAMILYNAME Sw "lind"',
    'Emails[TYPE Eq "work"]',
    f'{USER}:userName eq "bert"',
    f'{USER.upper()}:USERNAME eq "bert"',
    f'{USER}:name.familyName eq "Lindqvist"',
    'userName eq "b\\u0065rt"',
    'displayName eq "Bert \\u00d6stberg"',
    'emails co "example.net"',
    'emails eq "anna@home.example.net"',
    'emails sw "grace"',
    'phoneNumbers co "170"',
    'roles eq "auditor"',
    'roles.value eq "AUDITOR"',
    'entitlements co "sens"',
]

REFUSED = [
    "", "userName", "userName eq", "eq \"bert\"", "userName eq bert", 'userName xx "bert"', '(userName eq "bert"',
    'userName eq "bert")', 'userName eq "bert', 'userName eq "bert" and', 'and userName eq "bert"',
    'userName eq "bert" userName eq "bert"', 'not userName eq "bert"', "not ()", "()", 'emails[type eq "work"',
    "emails[]", 'emails[type eq "work"]]', 'emails[emails[type eq "work"]]', 'userName pr "x"', "nothing pr",
    'nothing eq "x"', 'emails.nothing eq "x"', 'emails[nothing eq "x"]', 'userName.nothing eq "x"',
    'urn:example:none:attribute eq "x"', 'title eq "Director" or nothing eq 1', 'name[givenName eq "Anna"]',
    'title[value eq "x"]', "active gt true", "active co \"tr\"", "active sw \"t\"", 'x509Certificates.value gt "aa"',
    'x509Certificates.value co "aa"', "userName eq 5", "userName eq true", 'meta.created gt "banana"',
    'meta.created eq "2020-13-45"', 'active eq "maybe"', "title gt 5", 'password sw "x"', "userName eq 'bert'",
    "userName eq nul", "emails.type.more pr",
]  # fmt: skip

GROUPS = [
    'displayName eq "ENGINEERING"',
    'displayName co "e"',
    'members.value eq "m-0002"',
    'members eq "m-0003"',
    'members[value eq "m-0001"]',
    'members[value eq "m-0001" and type eq "user"]',
    "members pr",
    "not (members pr)",
    'externalId eq "grp-1"',
    'meta.resourceType eq "Group"',
    'displayName sw "E" and members[value eq "m-0003"]',
]

EVERYWHERE = ['displayName co "e"', 'userName eq "bert"', "members pr", "title pr or members pr", "externalId pr"]


def quoted(value):
    return f'"{value}"'


def requests():
    for attribute, values in STRINGS:
        for operator in OPERATORS:
            for value in values:
                yield search(filter=f"{attribute} {operator} {quoted(value)}")
    for attribute in NOT_EQUAL:
        yield search(filter=f'{attribute} ne "Engineer"')
        yield search(filter=f'{attribute} ne "EXT-1"')
    for attribute in PRESENT:
        yield search(filter=f"{attribute} pr")
    for text in LOGIC + VALUE_PATHS + TYPES + SPELLINGS + REFUSED:
        yield search(filter=text)
    for text in GROUPS:
        yield search("/Groups", filter=text)
    for text in EVERYWHERE:
        body = {"schemas": [MESSAGE + "SearchRequest"], "filter": text}
        yield Request("POST", "/.search", body=body)
    yield search("/Groups", filter=f'{GROUP}:displayName eq "empty"')
    yield from faults()


def faults():
    """Some values equal and others don't: `ne` matches, since any of them is enough."""
    everyone_else = ["bert", "carla", "dmitri", "eve", "grace", "hiro", "ingrid", "jamal", "kim", "leila", "frank"]
    yield search(
        filter='emails.value ne "anna@work.example.org"',
        fault=finds("multi-valued-ne", "Anna.Lindqvist", *everyone_else),
    )
    others = [name for name in everyone_else if name not in ("bert", "frank")]
    yield search(filter='emails.type ne "work"', fault=finds("multi-valued-ne", "Anna.Lindqvist", *others))
    yield search(filter="active eq 1", fault=refused("loose-boolean", 400, "invalidFilter"))
