//! The story.

use super::{
    cast::{Cast, prepare},
    checks::{alike, counts, expect, has, has_only, refused},
    realm::DemoRealm,
    stage::Stage,
    step::Call,
};
use crate::client::Answer;
use reqwest::{Method, StatusCode};
use scim::urn::{PATCH_OP, USER};
use serde_json::{Value, json};
use url::form_urlencoded::byte_serialize;

/// Tells the whole story. `Err` as soon as an answer is not as told.
pub(super) async fn tell(stage: &mut Stage, realm: &DemoRealm) -> anyhow::Result<Cast> {
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
    Ok(cast)
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
