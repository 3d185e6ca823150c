//! The fields of an application.

use super::{
    super::{Definition, Field, FieldKind, field::words_of},
    PRESETS, openid, wire,
};

pub(in super::super) const DEFINITION: Definition = Definition {
    resource: "applications",
    singular: "application",
    about: "A client (RFC 6749 §2): a program that gets tokens, for itself or for people.",
    named_by: "name",
    fields: FIELDS,
};

pub(super) const FIELDS: &[Field] = &[
    Field::id(),
    Field::by_server(
        "client_id",
        FieldKind::Exact,
        "What it is known by in OAuth requests: the same as `id`.",
    ),
    Field::by_server(
        "client_secret",
        FieldKind::Structure,
        "Its first secret, shown once, when it is made.",
    ),
    Field::writable(
        "name",
        FieldKind::Text,
        "What people see of it, of at most 200 characters. Unique together with `version`, ignoring letter case.",
    )
    .required(),
    Field::writable("version", FieldKind::Text, "Which version of the program it is."),
    Field::writable("description", FieldKind::Text, "What it is for, for administrators."),
    Field::at_creation(
        "type",
        FieldKind::Text,
        "Whether it can keep a secret (RFC 6749 §2.1).",
    )
    .default("confidential")
    .words(|| words_of(&wire::KINDS)),
    Field::at_creation(
        "preset",
        FieldKind::Structure,
        "Scopes that are assigned to it as it is made: those of a directory sync connector, or of a reporting job.",
    )
    .words(|| words_of(&PRESETS)),
    Field::writable(
        "redirect_uris",
        FieldKind::Exacts,
        "Where answers for people may go, compared exactly (RFC 6749 §3.1.2): `https`, a private scheme, or `http` of a loopback address.",
    )
    .default("none"),
    Field::writable(
        "grant_types",
        FieldKind::Exacts,
        "What it may get tokens by. `client_credentials` is for service accounts, and they have it.",
    )
    .default("`client_credentials` for a service account, else `authorization_code`")
    .words(|| words_of(&wire::GRANT_TYPES)),
    Field::writable(
        "token_endpoint_auth_method",
        FieldKind::Exact,
        "How it authenticates (RFC 7591 §2): `none` for a public application, and for no other.",
    )
    .default("`client_secret_basic`, or `none` for a public application")
    .words(|| words_of(&wire::AUTH_METHODS)),
    Field::writable(
        "access_token_format",
        FieldKind::Text,
        "A signed JWT (RFC 9068), or a reference that says nothing.",
    )
    .default("jwt")
    .words(|| words_of(&wire::FORMATS)),
    Field::writable(
        "access_token_lifetime",
        FieldKind::Integer,
        "How long its access tokens last, in seconds.",
    )
    .default("the realm's"),
    Field::writable(
        "refresh_limit",
        FieldKind::Integer,
        "How often a grant may be renewed.",
    )
    .default("without limit"),
    Field::writable("tags", FieldKind::Texts, "Labels, which policies examine.").default("none"),
    Field::writable(
        "active",
        FieldKind::Boolean,
        "Whether it may do anything at all; its tokens are invalid while it is not.",
    )
    .default("true"),
    Field::writable(
        "service_account",
        FieldKind::Boolean,
        "Whether it may act for itself, with tokens of which it is the subject itself.",
    )
    .default("true with the grant `client_credentials`"),
    Field::writable(
        "unassigned_scopes",
        FieldKind::Text,
        "What becomes of a scope that it asks for and is not assigned: the request is refused, or the scope is left out.",
    )
    .default("reject")
    .words(|| words_of(&wire::UNASSIGNED)),
    Field::writable(
        "jwks",
        FieldKind::Structure,
        "The public keys that its assertions and signed requests are verified with, as a JWK Set (RFC 7517 §5).",
    ),
    Field::writable(
        "resource_server",
        FieldKind::Exact,
        "The resource server that it is: it may introspect tokens for that one.",
    )
    .refers_to("resource-servers"),
    Field::writable(
        "post_logout_redirect_uris",
        FieldKind::Exacts,
        "Where people may be sent after logout (OpenID Connect RP-Initiated Logout §3).",
    )
    .default("none"),
    Field::writable(
        "refresh_token_lifetime",
        FieldKind::Integer,
        "How long its refresh tokens last without use, in seconds; at most a year.",
    )
    .default("2592000"),
    Field::writable(
        "id_token_signed_response_alg",
        FieldKind::Exact,
        "What its ID tokens are signed with.",
    )
    .default("RS256")
    .words(|| words_of(&openid::algorithms())),
    Field::writable(
        "userinfo_signed_response_alg",
        FieldKind::Exact,
        "What answers of `/userinfo` are signed with.",
    )
    .default("plain JSON")
    .words(|| words_of(&openid::algorithms())),
    Field::writable(
        "subject_type",
        FieldKind::Text,
        "Whether every application knows a person by the same `sub`, or each sector by another (OpenID Connect Core §8).",
    )
    .default("public")
    .words(|| words_of(&openid::SUBJECT_TYPES)),
    Field::writable(
        "sector",
        FieldKind::Text,
        "The host that stands for its sector, such as `example.com`.",
    )
    .default("the host of its redirect URIs, if they have one"),
    Field::writable(
        "require_pkce",
        FieldKind::Boolean,
        "Whether it must use PKCE (RFC 7636); `false` is for confidential applications only.",
    )
    .default("true"),
    Field::writable(
        "require_pushed_authorization_requests",
        FieldKind::Boolean,
        "Whether it must push its requests (RFC 9126 §6).",
    )
    .default("false"),
    Field::writable(
        "require_signed_request_object",
        FieldKind::Boolean,
        "Whether it must sign its requests (RFC 9101 §10.5), which needs `jwks`.",
    )
    .default("false"),
    Field::writable(
        "backchannel_logout_uri",
        FieldKind::Exact,
        "Where it is told that a session ended (OpenID Connect Back-Channel Logout §2.2).",
    ),
    Field::writable(
        "default_max_age",
        FieldKind::Integer,
        "How many seconds old a sign-in may be where its request says nothing.",
    ),
    Field::writable(
        "default_acr_values",
        FieldKind::Exacts,
        "How people are to sign in where its request says nothing.",
    )
    .default("none")
    .words(|| words_of(&openid::acr_words())),
    Field::writable("client_uri", FieldKind::Exact, "Its home page, shown to people."),
    Field::writable("policy_uri", FieldKind::Exact, "How it uses what it learns of people, shown to them."),
    Field::writable("tos_uri", FieldKind::Exact, "Its terms of service, shown to people."),
    Field::built_in(
        "Whether Ambit brought it, as it did its own command line: it can't be deleted then.",
    ),
    Field::by_server(
        "self_registered",
        FieldKind::Boolean,
        "Whether it registered itself (RFC 7591): nobody vouches for it then.",
    ),
    Field::by_server(
        "registration",
        FieldKind::Structure,
        "What it said of itself besides, if it registered itself.",
    ),
    Field::by_server(
        "secrets",
        FieldKind::Structure,
        "Its secrets without themselves: id, when each was made, and when it expires.",
    ),
    Field::created(),
    Field::updated(),
];
