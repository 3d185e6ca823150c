//! What the administrator does before the story: the company, the scopes, the clients.

use super::{
    checks::expect,
    company::{Company, Ids},
    realm::DemoRealm,
    stage::{Actor, Stage},
    step::Call,
};
use crate::{client::Answer, serve::Credentials};
use anyhow::{Context, bail};
use reqwest::{Method, StatusCode};
use scim::urn::BULK_REQUEST;
use serde_json::{Value, json};
use zeroize::Zeroizing;

/// Most operations of one bulk request.
const BATCH: usize = 100;

/// What the administrator asks for.
const SCOPE: &str = "scim:read scim:write scopes:create scopes:update scopes:delete \
                     applications:create assigned-scopes:create";

/// The administrator, with a token.
pub(super) async fn enter(stage: &Stage, realm: &DemoRealm) -> anyhow::Result<Actor> {
    let credentials = realm.administrator.clone();
    stage
        .enter("the administrator", credentials, SCOPE, "management scopes")
        .await
}

/// Loads the company by SCIM bulk; answers the ids of all, and how many requests it took.
pub(super) async fn load(
    stage: &Stage,
    admin: &Actor,
    company: &Company,
) -> anyhow::Result<(Ids, usize)> {
    let mut ids = Ids::new();
    let mut requests = 0;
    for people in company.people.chunks(BATCH) {
        let bodies = people
            .iter()
            .map(|one| (one.user.as_str(), company.user(one, &ids)))
            .collect();
        ids.extend(create(stage, admin, "/Users", bodies).await?);
        requests += 1;
    }
    for groups in company.groups.chunks(BATCH) {
        let bodies = groups
            .iter()
            .map(|one| (one.name.as_str(), company.group(one, &ids)))
            .collect();
        ids.extend(create(stage, admin, "/Groups", bodies).await?);
        requests += 1;
    }
    Ok((ids, requests))
}

/// One bulk request that makes resources, each known by its name.
async fn create(
    stage: &Stage,
    admin: &Actor,
    path: &str,
    bodies: Vec<(&str, Value)>,
) -> anyhow::Result<Ids> {
    let operations: Vec<Value> = bodies
        .iter()
        .map(|(name, body)| json!({ "method": "POST", "path": path, "bulkId": name, "data": body }))
        .collect();
    let call = Call::new("", Method::POST, "/scim/v2/Bulk")
        .body(json!({ "schemas": [BULK_REQUEST], "Operations": operations }));
    let answer = stage.send(admin, &call).await?.successful()?.json();
    let results = answer
        .get("Operations")
        .and_then(Value::as_array)
        .context("no bulk response")?;
    let mut ids = Ids::new();
    for result in results {
        let text = |name: &str| result.get(name).and_then(Value::as_str).unwrap_or_default();
        if text("status") != "201" {
            bail!("{} was not created: {result}", text("bulkId"));
        }
        let id = text("location").rsplit('/').next().unwrap_or_default();
        ids.insert(text("bulkId").into(), id.into());
    }
    anyhow::ensure!(
        ids.len() == bodies.len(),
        "not every operation was answered"
    );
    Ok(ids)
}

/// Makes a scope, and shows it.
pub(super) async fn scope(
    stage: &mut Stage,
    admin: &Actor,
    says: &str,
    body: Value,
) -> anyhow::Result<String> {
    let call = Call::new(says, Method::POST, "/scopes").body(body).brief();
    id_of(
        &stage
            .show(admin, call, &|answer| expect(answer, StatusCode::CREATED))
            .await?,
    )
}

/// Makes a client, and shows it; `scope` is assigned to it unless it comes with the preset.
pub(super) async fn client(
    stage: &mut Stage,
    admin: &Actor,
    says: &str,
    name: &str,
    grant: Grant<'_>,
) -> anyhow::Result<Actor> {
    let mut body = json!({ "name": name, "service_account": true });
    if let (Grant::Preset { preset, .. }, Some(members)) = (&grant, body.as_object_mut()) {
        members.insert("preset".into(), json!(preset));
    }
    let call = Call::new(says, Method::POST, "/applications")
        .body(body)
        .brief();
    let made = stage
        .show(admin, call, &|answer| expect(answer, StatusCode::CREATED))
        .await?;
    let (application, made) = (id_of(&made)?, made.json());
    let text = |key: &str| made.get(key).and_then(Value::as_str).map(str::to_owned);
    let credentials = Credentials {
        client_id: text("client_id").context("no client_id")?,
        client_secret: text("client_secret")
            .map(Zeroizing::new)
            .context("no client_secret")?,
        ..admin.credentials.clone()
    };
    let scope = match grant {
        Grant::Preset { scope, .. } => scope,
        Grant::Scope(scope) => {
            let says = "… and that scope is assigned to it, and no other.";
            let path = format!("/applications/{application}/assigned-scopes");
            let call = Call::new(says, Method::POST, path)
                .body(json!({ "scope": scope, "default": true }))
                .brief();
            stage
                .show(admin, call, &|answer| expect(answer, StatusCode::CREATED))
                .await?;
            scope
        }
    };
    stage
        .enter(&format!("“{name}”"), credentials, scope, scope)
        .await
}

/// How a client comes by its scope.
pub(super) enum Grant<'a> {
    /// By a preset that has this scope.
    Preset {
        /// The preset.
        preset: &'a str,
        /// Its scope.
        scope: &'a str,
    },
    /// By assigning it.
    Scope(&'a str),
}

fn id_of(answer: &Answer) -> anyhow::Result<String> {
    let body = answer.json();
    let id = body
        .get("id")
        .and_then(Value::as_str)
        .context("the answer has no id")?;
    Ok(id.to_owned())
}
