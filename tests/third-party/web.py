"""A small HTTP client: one request, one answer, nothing hidden (no redirects, no retries, no cookies)."""

import http.client
import json
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

SCIM_JSON = "application/scim+json"


@dataclass
class Answer:
    """What a server answered. `body` is the parsed JSON, or None when the body is empty."""

    status: int
    headers: dict
    body: object
    text: str = field(default="", repr=False)

    def header(self, name):
        return self.headers.get(name.lower())

    @property
    def media_type(self):
        return (self.header("Content-Type") or "").partition(";")[0].strip().lower()


def encode_query(query):
    """A query string with every reserved character escaped, spaces as %20."""
    return "&".join(f"{quote(str(k), safe='')}={quote(str(v), safe='')}" for k, v in query.items())


def send(method, url, *, query=None, body=None, headers=None, timeout=30):
    """Sends one request. `body` is bytes as they are, or a value that is sent as SCIM JSON."""
    parts = urlsplit(url)
    headers = dict(headers or {})
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
    if body is not None and not any(name.lower() == "content-type" for name in headers):
        headers["Content-Type"] = SCIM_JSON
    target = parts.path or "/"
    if query:
        target += "?" + encode_query(query)
    elif parts.query:
        target += "?" + parts.query
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request(method, target, body=body, headers=headers)
        response = connection.getresponse()
        text = response.read().decode()
        names = {name.lower(): value for name, value in response.getheaders()}
        try:
            parsed = json.loads(text) if text else None
        except ValueError:
            parsed = text
        return Answer(response.status, names, parsed, text)
    finally:
        connection.close()


def bearer(token):
    return {"Authorization": f"Bearer {token}"}
