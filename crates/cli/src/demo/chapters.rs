//! The story.

use super::{
    admin::{self, Grant, expect},
    company::{Company, Person},
    realm::DemoRealm,
    stage::{Actor, Stage},
    step::Call,
};
use crate::client::Answer;
use anyhow::Context;
use reqwest::{Method, StatusCode};
use scim::urn::{PATCH_OP, USER};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use url::form_urlencoded::byte_serialize;

/// The clients of the story, for those who want to go on.
pub(super) struct Clients {
    /// Everything readable.
    pub(super) reporting: Actor,
    /// Name and e-mail.
    pub(super) newsletter: Actor,
}

/// What all chapters share.
struct Cast {
    admin: Actor,
    reporting: Actor,
    newsletter: Actor,
    switchboard: Actor,
    /// Id of the scope `contacts:read`.
    contacts: String,
    /// Whose resource is looked at.
    user: String,
    email: String,
}

impl Cast {
    fn user_path(&self) -> String {
        format!("/scim/v2/Users/{}", self.user)
    }

    fn contacts_path(&self) -> String {
        format!("/scopes/{}", self.contacts)
    }
}

/// Tells the whole story. `Err` as soon as an answer is not as told.
pub(super) async fn tell(stage: &mut Stage, realm: &DemoRealm) -> anyhow::Result<Clients> {
    let cast = prepare(stage, realm).await?;
    reading(stage, &cast).await?;
    guessing(stage, &cast).await?;
    writing(stage, &cast).await?;
    changing(stage, &cast).await?;
    let count = stage.steps().len();
    stage.screen().chapter(
        "The end",
        &format!("{count} requests, each answered as told."),
    )?;
    Ok(Clients {
        reporting: cast.reporting,
        newsletter: cast.newsletter,
    })
}

/// The company, three scopes, three clients.
async fn prepare(stage: &mut Stage, realm: &DemoRealm) -> anyhow::Result<Cast> {
    let company = Company::load()?;
    stage.screen().chapter(
        "A company and three clients",
        &format!(
            "A realm of its own runs at {} (below: …). Every request here is a real one over HTTP; \
             of the answers, what tells nothing new is left out.",
            realm.root()
        ),
    )?;
    let administrator = admin::enter(stage, realm).await?;
    let (ids, requests) = admin::load(stage, &administrator, &company).await?;
    stage.screen().text(&format!(
        "{} people and {} groups of {} were loaded in {requests} SCIM bulk requests.",
        company.people.len(),
        company.groups.len(),
        company.company,
    ))?;
    let says = "A scope is defined: of people, name and e-mail may be read and searched by.";
    let contacts = json!({
        "name": "contacts:read", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["retrieve", "search"], "resource_attributes": ["name", "emails"],
    });
    let contacts = admin::scope(stage, &administrator, says, contacts).await?;
    let says = "Another: phone numbers may be changed, and nothing read.";
    let phones = json!({
        "name": "phones:write", "type": "resource", "scim_resource_type": "User",
        "resource_operations": ["modify"], "resource_attributes": ["phoneNumbers"],
    });
    admin::scope(stage, &administrator, says, phones).await?;
    let preset = Grant::Preset {
        preset: "reporting",
        scope: "scim:read",
    };
    let says = "A client for reports is made from a preset: it reads everything.";
    let reporting = admin::client(stage, &administrator, says, "Reports", preset).await?;
    let (says, grant) = (
        "A client for the newsletter …",
        Grant::Scope("contacts:read"),
    );
    let newsletter = admin::client(stage, &administrator, says, "Newsletter", grant).await?;
    let (says, grant) = (
        "A client for the telephone exchange …",
        Grant::Scope("phones:write"),
    );
    let switchboard = admin::client(stage, &administrator, says, "Switchboard", grant).await?;
    let person = hero(&company).context("the company has nobody to tell about")?;
    let user = ids
        .get(&person.user)
        .context("that person was not loaded")?
        .clone();
    let email = company.email(person);
    Ok(Cast {
        admin: administrator,
        reporting,
        newsletter,
        switchboard,
        contacts,
        user,
        email,
    })
}

/// Somebody whose name is not written in Latin letters, and who has a manager.
fn hero(company: &Company) -> Option<&Person> {
    company
        .people
        .iter()
        .find(|person| person.user.starts_with("misaki."))
}

async fn reading(stage: &mut Stage, cast: &Cast) -> anyhow::Result<()> {
    stage
        .screen()
        .chapter("Reading", "One person, read with two tokens.")?;
    let path = cast.user_path();
    let call = Call::new(
        "Allowed: the reporting client sees all of it.",
        Method::GET,
        &path,
    );
    stage
        .show(&cast.reporting, call, &|answer| {
            has(answer, &["title", "phoneNumbers", "addresses"])
        })
        .await?;
    let says = "Stripped: for the newsletter, the same resource has a name and an e-mail.";
    let call = Call::new(says, Method::GET, &path);
    stage
        .show(&cast.newsletter, call, &|answer| {
            has_only(answer, &["name", "emails"])
        })
        .await?;
    let filter = format!("emails.value eq \"{}\"", cast.email);
    let says = "It may search by what it may see.";
    let call = Call::new(says, Method::GET, search("Users", &filter));
    stage
        .show(&cast.newsletter, call, &|answer| counts(answer, 1))
        .await?;
    let says = "Refused: groups are not in its scope. The answer names a scope that would do.";
    let call = Call::new(says, Method::GET, "/scim/v2/Groups?count=1");
    stage
        .show(&cast.newsletter, call, &|answer| {
            refused(answer, "scim:read")
        })
        .await?;
    let says = "Refused: so is making a person.";
    let call = Call::new(says, Method::POST, "/scim/v2/Users")
        .body(json!({ "schemas": [USER], "userName": "mallory" }));
    stage
        .show(&cast.newsletter, call, &|answer| {
            refused(answer, "scim:write")
        })
        .await?;
    Ok(())
}

/// A filter is a question: who may not see an attribute may not ask about it either.
async fn guessing(stage: &mut Stage, cast: &Cast) -> anyhow::Result<()> {
    let text = "A filter is a question. If hidden attributes could be asked about, they could be \
                guessed, one letter at a time.";
    stage.screen().chapter("Guessing", text)?;
    let says = "The newsletter asks about a title that somebody has …";
    let call = Call::new(
        says,
        Method::GET,
        search("Users", "title eq \"Chief Executive\""),
    );
    let hidden = stage
        .show(&cast.newsletter, call, &|answer| {
            expect(answer, StatusCode::BAD_REQUEST)
        })
        .await?;
    let says = "… and about one that nobody has: the answer is the same, byte for byte.";
    let call = Call::new(
        says,
        Method::GET,
        search("Users", "title eq \"Chief Astrologer\""),
    );
    stage
        .show(&cast.newsletter, call, &|answer| {
            alike(answer, &hidden, None)
        })
        .await?;
    let says = "An attribute that does not exist is answered just so, but for the name asked for.";
    let call = Call::new(
        says,
        Method::GET,
        search("Users", "shoes eq \"Chief Executive\""),
    );
    stage
        .show(&cast.newsletter, call, &|answer| {
            alike(answer, &hidden, Some(("shoes", "title")))
        })
        .await?;
    let says = "With the right to it, the question is answered.";
    let call = Call::new(
        says,
        Method::GET,
        search("Users", "title eq \"Chief Executive\""),
    );
    stage
        .show(&cast.reporting, call, &|answer| counts(answer, 1))
        .await?;
    Ok(())
}

async fn writing(stage: &mut Stage, cast: &Cast) -> anyhow::Result<()> {
    stage.screen().chapter(
        "Writing",
        "The exchange may change phone numbers, and nothing else.",
    )?;
    let says = "Allowed: a new work number. Nothing is shown to who may not read.";
    let number = json!([{ "value": "+81 75 0555 0999", "type": "work" }]);
    let call = Call::new(says, Method::PATCH, cast.user_path()).body(patch("phoneNumbers", number));
    stage
        .show(&cast.switchboard, call, &|answer| {
            expect(answer, StatusCode::NO_CONTENT)
        })
        .await?;
    let says = "Refused: a promotion.";
    let call = Call::new(says, Method::PATCH, cast.user_path())
        .body(patch("title", json!("Chief Executive")));
    stage
        .show(&cast.switchboard, call, &|answer| {
            refused(answer, "scim:write")
        })
        .await?;
    let says = "What was allowed was done, what was refused was not.";
    let path = format!("{}?attributes=phoneNumbers,title", cast.user_path());
    let call = Call::new(says, Method::GET, path);
    stage
        .show(&cast.reporting, call, &|answer| {
            let body = answer.json();
            let number = body
                .pointer("/phoneNumbers/0/value")
                .and_then(Value::as_str);
            let title = body.get("title").and_then(Value::as_str);
            let right = number == Some("+81 75 0555 0999") && title != Some("Chief Executive");
            right
                .then_some(())
                .ok_or_else(|| "the person is not as told".into())
        })
        .await?;
    Ok(())
}

/// An edit reaches tokens that are out there already.
async fn changing(stage: &mut Stage, cast: &Cast) -> anyhow::Result<()> {
    let text = "The newsletter goes on with the token that it has had all along.";
    stage.screen().chapter("Changing a scope", text)?;
    let edit = |attributes: Value| json!({ "resource_attributes": attributes });
    let ok = |answer: &Answer| expect(answer, StatusCode::OK);
    let says = "The administrator takes the e-mail out of the scope.";
    let call = Call::new(says, Method::PATCH, cast.contacts_path()).body(edit(json!(["name"])));
    stage.show(&cast.admin, call, &ok).await?;
    let call = Call::new(
        "The very next request feels it.",
        Method::GET,
        cast.user_path(),
    );
    stage
        .show(&cast.newsletter, call, &|answer| {
            has_only(answer, &["name"])
        })
        .await?;
    let says = "The e-mail comes back, and the title with it.";
    let wider = edit(json!(["name", "emails", "title"]));
    let call = Call::new(says, Method::PATCH, cast.contacts_path()).body(wider);
    stage.show(&cast.admin, call, &ok).await?;
    let says = "An old token gets back what it was granted, and never more: no title.";
    let call = Call::new(says, Method::GET, cast.user_path());
    stage
        .show(&cast.newsletter, call, &|answer| {
            has_only(answer, &["name", "emails"])
        })
        .await?;
    let says = "A scope in use can't be deleted; the answer says who uses it.";
    let call = Call::new(says, Method::DELETE, cast.contacts_path());
    stage
        .show(&cast.admin, call, &|answer| {
            expect(answer, StatusCode::CONFLICT)
        })
        .await?;
    Ok(())
}

fn search(endpoint: &str, filter: &str) -> String {
    let filter: String = byte_serialize(filter.as_bytes()).collect();
    format!("/scim/v2/{endpoint}?filter={filter}")
}

fn patch(path: &str, value: Value) -> Value {
    let operation = json!({ "op": "replace", "path": path, "value": value });
    json!({ "schemas": [PATCH_OP], "Operations": [operation] })
}

/// 200, and at least these attributes.
fn has(answer: &Answer, attributes: &[&str]) -> Result<(), String> {
    expect(answer, StatusCode::OK)?;
    let body = answer.json();
    match attributes.iter().find(|name| body.get(**name).is_none()) {
        Some(name) => Err(format!("`{name}` is missing")),
        None => Ok(()),
    }
}

/// 200, these attributes, and no other but those that every reader sees.
fn has_only(answer: &Answer, attributes: &[&str]) -> Result<(), String> {
    has(answer, attributes)?;
    let body = answer.json();
    let known: BTreeSet<&str> = attributes
        .iter()
        .copied()
        .chain(["schemas", "id", "meta"])
        .collect();
    let members = body.as_object().into_iter().flatten();
    match members
        .map(|(name, _)| name)
        .find(|name| !known.contains(name.as_str()))
    {
        Some(name) => Err(format!("`{name}` is shown")),
        None => Ok(()),
    }
}

/// 200, and so many results.
fn counts(answer: &Answer, total: u64) -> Result<(), String> {
    expect(answer, StatusCode::OK)?;
    match answer.json().get("totalResults").and_then(Value::as_u64) {
        Some(found) if found == total => Ok(()),
        found => Err(format!("expected {total} results, not {found:?}")),
    }
}

/// 403, and a challenge that names the scope (RFC 6750 §3.1).
fn refused(answer: &Answer, scope: &str) -> Result<(), String> {
    expect(answer, StatusCode::FORBIDDEN)?;
    let challenge = answer
        .headers
        .get("www-authenticate")
        .and_then(|value| value.to_str().ok());
    match challenge.is_some_and(|text| text.contains(&format!("scope=\"{scope}\""))) {
        true => Ok(()),
        false => Err(format!("the challenge does not name {scope}")),
    }
}

/// The same status and the same bytes, after `from` has been written as `to`.
fn alike(answer: &Answer, other: &Answer, name: Option<(&str, &str)>) -> Result<(), String> {
    expect(answer, other.status)?;
    let body = match name {
        Some((from, to)) => answer.body.replace(from, to),
        None => answer.body.clone(),
    };
    match body == other.body {
        true => Ok(()),
        false => Err("the bodies differ".into()),
    }
}
