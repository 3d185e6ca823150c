"""The directory that both sides start with: chosen so that every filter below matches some resources and not all."""

from .model import create, group, user

# A base64 value, and members that are no resources: neither side resolves them.
CERTIFICATE = "MDEyMzQ1Njc4OWFiY2RlZg=="


def mail(value, kind=None, primary=None, display=None):
    email = {"value": value}
    if kind:
        email["type"] = kind
    if primary is not None:
        email["primary"] = primary
    if display:
        email["display"] = display
    return email


PEOPLE = [
    user(
        "Anna.Lindqvist",
        externalId="EXT-1",
        name={"givenName": "Anna", "familyName": "Lindqvist", "formatted": "Anna Lindqvist"},
        displayName="Anna Lindqvist",
        nickName="Anni",
        title="Director",
        userType="Employee",
        preferredLanguage="sv-SE",
        locale="sv-SE",
        timezone="Europe/Stockholm",
        active=True,
        profileUrl="https://people.example.org/anna",
        emails=[
            mail("anna@work.example.org", "work", True),
            mail("anna@home.example.net", "home"),
        ],
        phoneNumbers=[{"value": "+46 8 100 100", "type": "work"}],
        roles=[{"value": "admin", "type": "global", "primary": True}, {"value": "auditor"}],
        entitlements=[{"value": "sensitive"}],
        enterprise={
            "employeeNumber": "0001",
            "department": "Board",
            "organization": "Nordlicht",
            "costCenter": "CC-1",
        },
    ),
    user(
        "bert",
        externalId="ext-1",
        name={"givenName": "Bert", "familyName": "Östberg"},
        displayName="Bert Östberg",
        title="Engineer",
        userType="Employee",
        locale="de-DE",
        active=True,
        emails=[mail("bert@work.example.org", "work", True)],
        phoneNumbers=[{"value": "+49 30 2000", "type": "work"}, {"value": "+49 170 1", "type": "mobile"}],
        enterprise={
            "employeeNumber": "0002",
            "department": "Engineering",
            "manager": {"value": "m-0001"},
        },
    ),
    user(
        "carla",
        name={"givenName": "Carla", "familyName": "Àvila", "honorificPrefix": "Dr."},
        displayName="carla àvila",
        title="engineer",
        userType="Contractor",
        active=False,
        emails=[mail("carla@partner.example.com", "other", True)],
        addresses=[
            {
                "streetAddress": "1 Calle Mayor",
                "locality": "Madrid",
                "country": "ES",
                "type": "work",
                "primary": True,
            }
        ],
        enterprise={"employeeNumber": "0003", "department": "engineering"},
    ),
    user("dmitri", name={"givenName": "Дмитрий", "familyName": "Соколов"}, displayName="Дмитрий", active=True),
    user("eve", active=False, nickName="", title="", userType="Intern"),
    user("frank", emails=[mail("frank@work.example.org", "work", True), mail("f@work.example.org", "work")]),
    user(
        "grace",
        name={"givenName": "Grace", "middleName": "B.", "familyName": "Okafor"},
        displayName="Grace Okafor",
        title="Manager",
        active=True,
        emails=[mail("grace@home.example.net", "home", True)],
        photos=[{"value": "https://photos.example.org/grace.jpg", "type": "photo"}],
        x509Certificates=[{"value": CERTIFICATE, "display": "old"}],
        enterprise={"employeeNumber": "0100", "department": "Sales", "manager": {"value": "m-0001"}},
    ),
    user("hiro", name={"givenName": "宏", "familyName": "田中"}, displayName="田中 宏", locale="ja-JP", active=True),
    user("ingrid", displayName="Zoë Ingrid", title='He said "hi" \\ left', userType="employee"),
    user("jamal", externalId="42", displayName="jamal", active=True, roles=[{"value": "reader"}]),
    user("kim", name={"familyName": "Lindqvist"}, title="Director", active=False),
    user(
        "leila",
        displayName="Leila",
        emails=[mail("leila@work.example.org", "work", False), mail("l@other.example.org", "other", True)],
        enterprise={"department": "Sales", "division": "North"},
    ),
]

TEAMS = [
    group("Everyone", externalId="grp-1", members=[{"value": "m-0001", "type": "User"}]),
    group("Engineering", members=[{"value": "m-0002", "type": "User"}, {"value": "m-0003", "type": "User"}]),
    group("empty"),
]


def name_of(body):
    return body.get("userName", body.get("displayName"))


def requests():
    """Creates the directory. Resources are named by their userName or displayName."""
    for body in PEOPLE:
        yield create(body, name_of(body))
    for body in TEAMS:
        yield create(body, name_of(body), "/Groups")
