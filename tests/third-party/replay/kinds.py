"""Where the peer is wrong: the only differences that are allowed, each with the sentence that shows it.

A difference is allowed on a request that names one of these kinds, and only if Ambit's answer is the one that the
request says the RFC demands. A kind that no request shows is a mistake in this table, and fails the run.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    section: str
    sentence: str
    peer: str


MOST_KINDS = 10

KINDS = {
    "multi-valued-ne": Kind(
        "RFC 7644 §3.4.2.2",
        "If the specified attribute in a filter expression is a multi-valued attribute, the filter matches if any of "
        "the values of the specified attribute match the specified criterion.",
        "reads `ne` on a multi-valued attribute as: no value equals",
    ),
    "remove-no-match": Kind(
        "RFC 7644 §3.12, table 9",
        'noTarget: The specified "path" did not yield an attribute or attribute value that could be operated on. '
        'This occurs when the "path" value contains a filter that yields no match.',
        "answers a remove whose filter matches nothing with success",
    ),
    "element-replace-merges": Kind(
        "RFC 7644 §3.5.2.3",
        'If the target location is a multi-valued attribute and a value selection ("valuePath") filter is specified '
        "that matches one or more values of the multi-valued attribute, then all matching record values SHALL be "
        "replaced.",
        "keeps the sub-attributes that a replaced element does not name",
    ),
    "post-ignores-attributes": Kind(
        "RFC 7644 §3.9",
        "Clients MAY request a partial resource representation on any operation that returns a resource within the "
        'response by specifying either of the mutually exclusive URL query parameters "attributes" or '
        '"excludedAttributes".',
        "ignores both parameters on POST",
    ),
    "schemas-required": Kind(
        "RFC 7643 §3",
        "All representations of SCIM schemas MUST include a non-empty array with value(s) of the URIs supported by "
        "that representation.",
        "accepts a body without `schemas`",
    ),
    "empty-user-name": Kind(
        "RFC 7643 §4.1.1",
        "Each User MUST include a non-empty userName value.",
        "accepts an empty userName",
    ),
    "loose-boolean": Kind(
        "RFC 7643 §2.3.2",
        'The literal "true" or "false". The JSON format is defined in Section 3 of [RFC7159].',
        'takes 1 and "yes" for true',
    ),
    "invalid-base64": Kind(
        "RFC 7643 §2.3.6",
        "Arbitrary binary data. The attribute value MUST be base64 encoded as specified in Section 4 of [RFC4648].",
        "drops what is not base64, and stores the rest",
    ),
    "groups-not-derived": Kind(
        "RFC 7643 §4.1.2",
        "groups: A list of groups to which the user belongs, either through direct membership, through nested groups, "
        "or dynamically calculated.",
        "never fills the `groups` of a user",
    ),
}
assert len(KINDS) <= MOST_KINDS
