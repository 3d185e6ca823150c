//! The attributes of the sub-resource types (RFC 7643 §7).

use scim::{Attribute, AttributeType, Mutability, Returned};

/// Consents.
pub(super) fn consent() -> Vec<Attribute> {
    vec![client(), scopes("Each scope that was asked about.")]
}

/// What became of consents.
pub(super) fn consent_history() -> Vec<Attribute> {
    vec![
        exact("consent", "The id of the consent."),
        client(),
        exact("action", "What happened.").suggesting(&["given", "refused", "revoked"]),
        scopes("The scopes that it happened to, by their names then."),
        time("time", "When it happened."),
    ]
    .into_iter()
    .map(Attribute::read_only)
    .collect()
}

/// External identities.
pub(super) fn external_identity() -> Vec<Attribute> {
    vec![
        Attribute::complex(
            "provider",
            "The identity provider.",
            vec![
                exact("value", "Its id.").read_only(),
                Attribute::string("display", "Its name.").read_only(),
                exact("issuer", "Its issuer identifier.").read_only(),
            ],
        )
        .read_only(),
        exact(
            "providerUserId",
            "The `sub` of the person there; absent where none is linked.",
        )
        .read_only(),
        Attribute::string("providerUserName", "What the person is called there.").read_only(),
        time("linked", "When it was linked.").read_only(),
    ]
}

/// The state of an account.
pub(super) fn account() -> Vec<Attribute> {
    let figure = |name, description| Attribute::new(name, AttributeType::Integer, description);
    let mut attributes = vec![
        Attribute::boolean("disabled", "Whether the account is switched off."),
        time("expires", "When the account ends."),
        time("starts", "When the account begins."),
        Attribute::boolean(
            "mustChangePassword",
            "Whether the password must be changed at the next sign-in.",
        ),
        time("failureTimes", "When attempts to sign in failed.").multi_valued(),
        time("lastLogin", "When the person last signed in."),
        time("passwordChanged", "When the password was last changed."),
    ];
    let read_only = [
        Attribute::boolean("usable", "Whether the person may sign in now."),
        figure("secondsUntilStart", "Seconds until the account begins."),
        figure("secondsUntilExpiry", "Seconds until the account ends."),
        figure(
            "secondsUntilPasswordExpiry",
            "Seconds until the password must be changed.",
        ),
        figure(
            "secondsUntilNextAttempt",
            "Seconds until a password may be tried again from a browser that the person has not used.",
        ),
        Attribute::complex(
            "usabilityNotices",
            "What stands, or will stand, in the way of signing in.",
            vec![
                exact("type", "What it is.").read_only(),
                Attribute::string("text", "The same as a sentence.").read_only(),
            ],
        )
        .multi_valued(),
    ];
    attributes.extend(read_only.map(Attribute::read_only));
    attributes
}

/// What a password must be.
pub(super) fn requirements() -> Vec<Attribute> {
    let figure =
        |name, description| Attribute::new(name, AttributeType::Integer, description).read_only();
    vec![
        Attribute::complex(
            "requirements",
            "Each requirement, in the order in which people should read them.",
            vec![
                exact("type", "What kind of requirement it is.").read_only(),
                Attribute::string("description", "The same as a sentence.").read_only(),
                figure("minLength", "Fewest characters."),
                figure("maxLength", "Most characters."),
                exact("pattern", "Characters that count, as a regular expression.").read_only(),
                exact("characters", "Characters that count, one by one.").read_only(),
                figure("minCount", "How many of those characters there must be."),
                figure(
                    "maxConsecutive",
                    "How often one character may stand in a row.",
                ),
                figure("minUnique", "How many different characters there must be."),
                figure("passwords", "How many earlier passwords can't be used."),
                figure(
                    "minAgeSeconds",
                    "How old the current password must be, in seconds.",
                ),
            ],
        )
        .multi_valued()
        .read_only(),
    ]
}

/// A change of a password.
pub(super) fn password() -> Vec<Attribute> {
    let secret = |name, description| {
        exact(name, description)
            .mutability(Mutability::WriteOnly)
            .returned(Returned::Never)
    };
    vec![
        secret("currentPassword", "The password now; needed at `/Me`."),
        secret(
            "newPassword",
            "The password to be; without, the server makes one.",
        ),
        exact("generatedPassword", "The password that the server made.").read_only(),
    ]
}

fn client() -> Attribute {
    Attribute::complex(
        "client",
        "The client.",
        vec![
            exact("value", "Its `client_id`.").read_only(),
            Attribute::string("display", "Its name.").read_only(),
        ],
    )
    .read_only()
}

fn scopes(description: &str) -> Attribute {
    let version = Attribute::new(
        "version",
        AttributeType::Integer,
        "The version of the scope that was asked about.",
    );
    Attribute::complex(
        "scopes",
        description,
        vec![
            exact("value", "The scope's name.").read_only(),
            exact("state", "What became of it.")
                .suggesting(&["granted", "denied", "revoked"])
                .read_only(),
            version.read_only(),
            time("time", "When.").read_only(),
        ],
    )
    .multi_valued()
    .read_only()
}

fn exact(name: &str, description: &str) -> Attribute {
    Attribute::string(name, description).case_exact()
}

fn time(name: &str, description: &str) -> Attribute {
    Attribute::new(name, AttributeType::DateTime, description)
}
