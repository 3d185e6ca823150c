"""How a party in Python tells what it does, and listens for what comes back; `node/steps.mjs` says the same."""

import contextlib
import json
import queue
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit


def tell(**line):
    print(json.dumps(line), flush=True)


@contextlib.contextmanager
def step(name):
    """One step. The first that fails ends the party."""
    try:
        yield
    except Exception as error:
        tell(step=name, ok=False, error=f"{type(error).__name__} {error}")
        sys.exit(1)
    tell(step=name, ok=True)


class Wrong(Exception):
    """The provider's answer is not as it must be."""


def must(holds, sentence):
    if not holds:
        raise Wrong(sentence)


def agrees(claims, expected):
    for name, value in expected.items():
        must(claims.get(name) == value, f"claim {name} is {claims.get(name)!r}, not {value!r}")


class Listener:
    """Listens where the provider sends people back to."""

    def __init__(self, redirect_uri):
        parts = urlsplit(redirect_uri)
        arrived = self.arrived = queue.Queue()
        told = self.told = queue.Queue()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                arrived.put(f"{parts.scheme}://{parts.netloc}{self.path}")
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.end_headers()
                self.wfile.write(b"You may close this window.")

            def do_POST(self):
                told.put(parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer((parts.hostname, parts.port), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def after(self, url, **how):
        """Asks for a person who opens an address. Returns where they were sent back to, and its parameters."""
        tell(step="open", ok=True, url=url, how=how)
        back = self.arrived.get(timeout=30)
        parameters = parse_qs(urlsplit(back).query, keep_blank_values=True)
        must(all(len(values) == 1 for values in parameters.values()), f"parameters stand there twice: {back}")
        return back, {name: values[0] for name, values in parameters.items()}

    def heard(self, parameter):
        """What the provider itself sent, a form of one parameter (OpenID Connect Back-Channel Logout 1.0 §2.5)."""
        form = self.told.get(timeout=30)
        must(list(form) == [parameter], f"the provider sends {form}")
        return form[parameter][0]


def check_issuer(metadata, parameters):
    """RFC 9207 §2.4: the authorization response says whose it is, where the metadata promises that."""
    if metadata.get("authorization_response_iss_parameter_supported"):
        must(parameters.get("iss") == metadata["issuer"], f"iss of the response is {parameters.get('iss')!r}")
