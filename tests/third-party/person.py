"""A scripted person with a browser that runs no JavaScript: follows redirects, keeps cookies, fills in forms."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import urljoin, urlsplit

import requests

from processes import Failure

MOST_HOPS = 30
# What the person does where the page leaves a choice, most wanted first.
ACTIONS = ("sign-in", "allow", "confirm", "continue", "sign-out")


@dataclass
class Form:
    """A form of a page: where it goes, its fields in order, and its buttons, as pairs of name and value."""

    action: str
    method: str
    fields: list = field(default_factory=list)
    buttons: list = field(default_factory=list)

    def names(self):
        return {name for _, name, _, _ in self.fields}


class Forms(HTMLParser):
    """The forms of a page. A field is (type, name, value, checked)."""

    def __init__(self, html):
        super().__init__()
        self.forms = []
        self.form = None
        # Where the page goes on to by itself.
        self.onward = None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        kind = (given.get("type") or ("submit" if tag == "button" else "text")).lower()
        if tag == "meta" and (given.get("http-equiv") or "").lower() == "refresh":
            self.onward = (given.get("content") or "").partition("url=")[2] or None
        elif tag == "form":
            self.form = Form(given.get("action") or "", (given.get("method") or "get").lower())
            self.forms.append(self.form)
        elif self.form is None:
            return
        elif tag in ("button", "input") and kind in ("submit", "image"):
            self.form.buttons.append((given.get("name"), given.get("value") or ""))
        elif tag == "input" and given.get("name"):
            default = "on" if kind in ("checkbox", "radio") else ""
            self.form.fields.append((kind, given["name"], given.get("value", default), "checked" in given))

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


class Person:
    """Somebody with an account. A redirect to `stops_at`, where nobody listens, is the end of their way."""

    def __init__(self, username, password, stops_at=None):
        self.username = username
        self.password = password
        self.stops_at = stops_at
        self.browser = requests.Session()
        self.browser.trust_env = False
        # Browsers take loopback for a secure context: `Secure` cookies live there over plain HTTP too.
        policy = DefaultCookiePolicy(secure_protocols=("https", "wss", "http"))
        self.browser.cookies.set_policy(policy)

    def visit(self, url, action=None, leave_out=()):
        """Opens an address and goes through every form until a page asks nothing more. Returns that page.

        `action` is the button to press on a page that asks for consent, instead of the one that allows;
        `leave_out` the scopes to uncheck.
        """
        return self.go_on(self.follow("get", url), action, leave_out)

    def go_on(self, page, action=None, leave_out=()):
        """The same from a page that is shown already."""
        signed_in = False
        for _ in range(MOST_HOPS):
            page = self.onward(page)
            forms = Forms(page.text).forms if is_html(page) else []
            if not forms:
                return page
            form = forms[0]
            if "password" in form.names():
                if signed_in:
                    raise Failure(f"the password is refused at {page.url}: {page.status_code}")
                signed_in = True
            page = self.submit(page.url, form, action, leave_out)
        raise Failure(f"{page.url}: there is no end of forms")

    def press(self, page, action):
        """Presses the button of this action wherever it is on a page, and goes on where the next page leads by itself."""
        for form in Forms(page.text).forms:
            if ("action", action) in form.buttons:
                return self.onward(self.submit(page.url, form, action))
        raise Failure(f"{page.url}: no button {action}: {page.status_code} {page.text[:2000]}")

    def onward(self, page):
        """The page to which a page leads by itself."""
        onward = Forms(page.text).onward if is_html(page) else None
        return self.follow("get", urljoin(page.url, onward)) if onward else page

    def knows(self, url):
        """What they fill in at this address."""
        return {"username": self.username, "password": self.password}

    def submit(self, url, form, action=None, leave_out=()):
        sent = []
        for kind, name, value, checked in form.fields:
            if kind in ("checkbox", "radio"):
                if checked and not (name == "scope" and value in leave_out):
                    sent.append((name, value))
            else:
                sent.append((name, self.knows(url).get(name, value)))
        name, value = choose(form, action, url)
        if name:
            sent.append((name, value))
        target = urljoin(url, form.action)
        if form.method == "post":
            return self.follow("post", target, data=sent)
        return self.follow("get", target, params=sent)

    def follow(self, method, url, **options):
        """One request and the redirects after it. The password goes nowhere but where the form says."""
        for _ in range(MOST_HOPS):
            answer = self.browser.request(method, url, allow_redirects=False, timeout=30, **options)
            if not answer.is_redirect or self.is_end(answer):
                return answer
            # A7: 307 and 308 would send the form on, credentials and all.
            if method == "post" and answer.status_code not in (302, 303):
                raise Failure(f"{url} answers a form with {answer.status_code}, not 303")
            method, url, options = "get", urljoin(url, answer.headers["Location"]), {}
            if urlsplit(url).hostname not in ("127.0.0.1", "localhost"):
                raise Failure(f"a redirect leaves this machine: {url}")
        raise Failure(f"{url}: there is no end of redirects")

    def is_end(self, answer):
        """Whether a redirect leads to where their way ends."""
        return self.stops_at is not None and answer.headers["Location"].startswith(self.stops_at)


def choose(form, action, url):
    """The button to press: the action asked for, else the first of `ACTIONS` that is there, else the only one."""
    offered = {value: (name, value) for name, value in form.buttons if name == "action"}
    for wanted in (action, *ACTIONS):
        if wanted in offered:
            return offered[wanted]
    if len(form.buttons) <= 1:
        return form.buttons[0] if form.buttons else (None, "")
    raise Failure(f"{url}: none of the buttons {form.buttons} is known")


def is_html(answer):
    return answer.headers.get("Content-Type", "").startswith("text/html")
