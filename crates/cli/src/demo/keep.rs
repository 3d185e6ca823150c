//! What one needs to go on by hand.

use super::{cast::Cast, realm::DemoRealm, stage::Actor};
use crate::{serve::Credentials, terminal::say};
use std::io;

/// Prints the realm's address, its clients and curl lines that can be pasted.
pub(super) fn hints(realm: &DemoRealm, cast: &Cast) -> io::Result<()> {
    say("")?;
    say("The realm stays until Ctrl-C. In another shell:")?;
    say("")?;
    say(format_args!("REALM={}", realm.root()))?;
    credentials("ADMIN", &realm.administrator)?;
    token("ADMIN", "scopes:read applications:read")?;
    for (prefix, actor) in [
        ("REPORTS", &cast.reporting),
        ("NEWSLETTER", &cast.newsletter),
    ] {
        let Actor {
            credentials: secret,
            scope,
            ..
        } = actor;
        credentials(prefix, secret)?;
        token(prefix, scope)?;
    }
    say("")?;
    for (token, path) in [
        ("REPORTS", "/scim/v2/Users?count=1&sortBy=userName"),
        ("NEWSLETTER", "/scim/v2/Users?count=1"),
        ("NEWSLETTER", "/scim/v2/Groups"),
        ("ADMIN", "/scopes?page_size=5"),
    ] {
        say(format_args!(
            "curl -si -H \"Authorization: Bearer ${token}_TOKEN\" \"$REALM{path}\"; echo"
        ))?;
    }
    Ok(())
}

fn credentials(prefix: &str, credentials: &Credentials) -> io::Result<()> {
    let Credentials {
        client_id,
        client_secret,
        ..
    } = credentials;
    say(format_args!(
        "{prefix}_ID={client_id} {prefix}_SECRET={}",
        **client_secret
    ))
}

fn token(prefix: &str, scope: &str) -> io::Result<()> {
    say(format_args!(
        "{prefix}_TOKEN=$(curl -s -u \"${prefix}_ID:${prefix}_SECRET\" \
         -d grant_type=client_credentials --data-urlencode \"scope={scope}\" \"$REALM/token\" \
         | sed -E 's/.*\"access_token\": *\"([^\"]+)\".*/\\1/')"
    ))
}
