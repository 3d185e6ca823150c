"""Wrong answers, made from right ones: the comparison must notice every one of them."""

import copy
import json

from .model import SORTED
from .side import sort_value, sorted_by


def altered(change, applies=lambda request, answer: True):
    """A perturbation: a copy of the answer with one thing changed, or None where that thing is not there.

    `change` alters the copy, and returns False if there was nothing to alter.
    """

    def perturb(request, answer):
        if not applies(request, answer):
            return None
        answer = copy.deepcopy(answer)
        if change(answer) is False:
            return None
        answer.text = "" if answer.body is None else json.dumps(answer.body)
        return answer

    return perturb


def is_list(request, answer):
    return isinstance(answer.body, dict) and bool(answer.body.get("Resources"))


def is_resource(request, answer):
    return isinstance(answer.body, dict) and "id" in answer.body and answer.status in (200, 201)


def is_error(request, answer):
    return isinstance(answer.body, dict) and "scimType" in answer.body


def in_order(request, answer):
    """Whether swapping the first two resources of a sorted list makes it wrong."""
    if request.order != SORTED or not is_list(request, answer):
        return False
    values = [sort_value(resource, sorted_by(request)) for resource in answer.body["Resources"]]
    # Without the attribute in the answer (a projection), or with a tie, the order cannot be seen.
    return len(values) > 1 and values[0] != values[1]


def swap(answer):
    resources = answer.body["Resources"]
    resources[0], resources[1] = resources[1], resources[0]


def drop_attribute(answer):
    own = [key for key in answer.body if key not in ("schemas", "id", "meta")]
    if not own:
        return False
    del answer.body[own[0]]
    return True


def set_body(key, value):
    return altered(lambda answer: answer.body.__setitem__(key, value), is_error)


def drop_header(name, applies=lambda request, answer: True):
    return altered(lambda answer: answer.headers.pop(name, False), applies)


PERTURBATIONS = {
    "another status": altered(lambda a: setattr(a, "status", 202 if a.status == 200 else 200)),
    "another media type": altered(
        lambda a: a.headers.__setitem__("content-type", "application/json"), lambda r, a: a.text
    ),
    "no ETag": drop_header("etag"),
    "a resource missing from a list": altered(lambda a: a.body["Resources"].pop(), is_list),
    "a wrong totalResults": altered(lambda a: a.body.__setitem__("totalResults", a.body["totalResults"] + 1), is_list),
    "a wrong startIndex": altered(lambda a: a.body.__setitem__("startIndex", 77), is_list),
    "two resources in the wrong order": altered(swap, in_order),
    "an attribute missing": altered(drop_attribute, is_resource),
    "an attribute too many": altered(lambda a: a.body.__setitem__("nickName", "never given"), is_resource),
    "another id": altered(lambda a: a.body.__setitem__("id", "another"), is_resource),
    "a version that moved": altered(
        lambda a: a.body["meta"].__setitem__("version", 'W/"moved"'),
        lambda r, a: is_resource(r, a) and "version" in a.body.get("meta", {}),
    ),
    "a dateTime that is none": altered(
        lambda a: a.body["meta"].__setitem__("created", "yesterday"),
        lambda r, a: is_resource(r, a) and "created" in a.body.get("meta", {}),
    ),
    "another scimType": set_body("scimType", "tooMany"),
    "a status that is no string": set_body("status", 400),
    "no Location": drop_header("location", lambda request, answer: answer.status == 201),
}
