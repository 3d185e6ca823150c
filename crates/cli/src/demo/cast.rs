//! Who is in the story: the company, two scopes and three clients.

use super::{
    admin::{self, Grant},
    company::{Company, Person},
    realm::DemoRealm,
    stage::{Actor, Stage},
};
use anyhow::Context;
use serde_json::json;

/// What all chapters share.
pub(super) struct Cast {
    /// May manage scopes and clients.
    pub(super) admin: Actor,
    /// Reads everything.
    pub(super) reporting: Actor,
    /// Reads names and e-mails.
    pub(super) newsletter: Actor,
    /// Changes phone numbers, and reads nothing.
    pub(super) switchboard: Actor,
    /// Id of the scope `contacts:read`.
    contacts: String,
    /// Id of the person who is looked at.
    user: String,
    /// Their e-mail.
    pub(super) email: String,
}

impl Cast {
    /// The person who is looked at.
    pub(super) fn user_path(&self) -> String {
        format!("/scim/v2/Users/{}", self.user)
    }

    /// The scope `contacts:read`.
    pub(super) fn contacts_path(&self) -> String {
        format!("/scopes/{}", self.contacts)
    }
}

/// Loads the company and makes the scopes and the clients.
pub(super) async fn prepare(stage: &mut Stage, realm: &DemoRealm) -> anyhow::Result<Cast> {
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
        .find(|person| person.language == "ja-JP" && !person.title.contains("Lead"))
}
