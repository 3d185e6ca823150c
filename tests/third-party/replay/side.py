"""One of the two servers: sends requests in its own ids, and puts answers into words both sides share."""

import copy
import itertools
import json
import re

from processes import Failure

from .model import ANY, ENTERPRISE, ERROR, UNCOMPARED, USER

TOKEN = re.compile(r"<(id|version|ref):([^>]+)>")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


class Names:
    """What a side calls its resources, and which versions of each have been seen, in order."""

    def __init__(self):
        self.ids = {}
        self.names = {}
        self.locations = {}
        self.versions = {}

    def learn(self, name, resource_id, location):
        if self.ids.get(name) != resource_id:
            self.versions[name] = []
        self.ids[name] = resource_id
        self.names[resource_id] = name
        self.locations[name] = location

    def name_of(self, resource_id):
        return self.names.get(resource_id)

    def nth_version(self, name, version):
        seen = self.versions.setdefault(name, [])
        if version not in seen:
            seen.append(version)
        return f"<version {seen.index(version) + 1} of {name}>"


class Side:
    def __init__(self, title, target):
        self.title = title
        self.target = target
        self.names = Names()

    def send(self, request):
        """Sends a request and returns the answer as the server gave it."""
        return self.target.send(
            request.method,
            self.concrete(request.path),
            query=self.concrete(request.query),
            body=self.concrete(request.body),
            headers=self.concrete(request.headers),
        )

    def concrete(self, value):
        """The value with every placeholder replaced by what it means on this side."""
        if isinstance(value, str):
            return TOKEN.sub(lambda match: self.lookup(*match.groups()), value)
        if isinstance(value, list):
            return [self.concrete(item) for item in value]
        if isinstance(value, dict):
            return {self.concrete(key): self.concrete(item) for key, item in value.items()}
        return value

    def lookup(self, what, name):
        if name not in self.names.ids:
            raise Failure(f"{self.title} never created {name!r}")
        if what == "version" and not self.names.versions[name]:
            raise Failure(f"{self.title} never gave a version of {name!r}")
        if what == "version":
            return self.names.versions[name][-1]
        return self.names.ids[name] if what == "id" else self.names.locations[name]

    def learn(self, request, answer):
        """Remembers what was created, by the request itself or by the operations of a bulk."""
        body = answer.body
        if not isinstance(body, dict):
            return
        if request.name and answer.status == 201 and "id" in body:
            self.names.learn(request.name, body["id"], answer.header("Location"))
        if request.path == "/Bulk" and answer.status == 200:
            for operation in body.get("Operations", []):
                if operation.get("status") == "201":
                    location = operation.get("location", "")
                    self.names.learn(operation.get("bulkId"), location.rpartition("/")[2], location)

    def shared(self, request, answer, names=None):
        """The answer in shared words. Learns versions into `names`, the side's own unless others are given."""
        translator = Translator(self.target.url, names or self.names)
        body = answer.body if answer.text else None
        resource = body if isinstance(body, dict) else {}
        about = translator.names.name_of(resource.get("id")) or named_in(request)
        return {
            "status": answer.status,
            "media type": answer.media_type if body is not None else None,
            "etag": translator.etag(answer, about),
            "location": translator.text(answer.header("Location")) if answer.status == 201 else None,
            "allow": answer.header("Allow") is not None if answer.status == 405 else None,
            "body": translator.document(body, request),
        }

    def copied_names(self):
        """What a perturbed answer may be translated with, without teaching this side anything."""
        return copy.deepcopy(self.names)


def named_in(request):
    match = TOKEN.search(request.path)
    return match.group(2) if match else None


class Translator:
    """From a side's words to shared ones: ids, locations, versions and moments become placeholders."""

    def __init__(self, root, names):
        self.root = root
        self.names = names

    def etag(self, answer, about):
        etag = answer.header("ETag")
        return self.names.nth_version(about, etag) if etag and about else etag

    def document(self, body, request):
        if not isinstance(body, dict):
            return body
        if ERROR in body.get("schemas", []):
            return self.error(body)
        document = self.value(body)
        if "Resources" in document:
            document["Resources"] = self.ordered(body["Resources"], document["Resources"], request)
        return document

    @staticmethod
    def error(body):
        """An error without its wording, which every server chooses for itself (RFC 7644 §3.12)."""
        return {key: value for key, value in body.items() if key != "detail"}

    def value(self, value, about=None):
        if isinstance(value, list):
            items = [self.value(item, about) for item in value]
            # The order of a multi-valued attribute has no meaning. That of resources and operations is kept here.
            meaningless = not items or about or not isinstance(items[0], dict)
            return sorted(items, key=canonical) if meaningless else items
        if isinstance(value, dict):
            return self.object(value, about)
        return self.text(value) if isinstance(value, str) else value

    def object(self, value, about):
        if ERROR in value.get("schemas", []):
            return self.error(value)
        if "id" in value and "schemas" in value:
            about = self.names.name_of(value["id"]) or about or "?"
        elif "location" in value and "method" in value:
            about = self.names.name_of(value["location"].rpartition("/")[2]) or "?"
        shared = {}
        for key, item in value.items():
            if key == "$ref":
                # Optional wherever it stands beside an id (RFC 7643 §4.1.2, §4.2, §4.3), and says no more than that.
                continue
            if key == "version" and isinstance(item, str):
                shared[key] = self.names.nth_version(about, item)
            elif key in ("created", "lastModified"):
                shared[key] = "<moment>" if MOMENT.fullmatch(item) else f"no dateTime: {item}"
            else:
                shared[key] = self.value(item, about)
        return shared

    def text(self, text):
        if text is None:
            return None
        name = self.names.name_of(text)
        if name:
            return f"<id of {name}>"
        if text.startswith(self.root + "/"):
            path, _, last = text[len(self.root) :].rpartition("/")
            name = self.names.name_of(last)
            return f"<root>{path}/" + (f"<id of {name}>" if name else last)
        return text

    @staticmethod
    def ordered(raw, shared, request):
        """The resources of a list in an order that both sides share, as far as the request determines one."""
        if request.order == UNCOMPARED:
            return ["<some resource>"] * len(shared)
        if request.order == ANY:
            return sorted(shared, key=canonical)
        ordered = []
        keyed = zip((sort_value(resource, sorted_by(request)) for resource in raw), shared, strict=True)
        for _, ties in itertools.groupby(keyed, key=lambda pair: pair[0]):
            ordered += sorted((resource for _, resource in ties), key=canonical)
        return ordered


def sorted_by(request):
    return (request.query or request.body)["sortBy"]


def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def sort_value(resource, path):
    """The value a resource is sorted by (RFC 7644 §3.4.2.3): of the primary element, or else of the first."""
    value = resource
    for step in steps(path):
        if isinstance(value, list):
            value = next((item for item in value if item.get("primary")), value[0])
        named = value.items() if isinstance(value, dict) else ()
        value = next((item for key, item in named if key.lower() == step), None)
    return value.casefold() if isinstance(value, str) else value


def steps(path):
    """The names on the way to an attribute, in lower case; a multi-valued one stands for its `value`."""
    path = path.lower()
    for schema, own in ((USER, []), (ENTERPRISE, [ENTERPRISE.lower()])):
        if path.startswith(schema.lower() + ":"):
            return own + path[len(schema) + 1 :].split(".")
    return ["emails", "value"] if path == "emails" else path.split(".")
