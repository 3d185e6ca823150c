//! `ETag` and `If-Match` (RFC 9110 §13): no change is lost to another.

use crate::{
    api::Api,
    support::{Client, TestServer},
};
use domain::RealmKey;
use domain::management::table::{OPERATIONS, Verb};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

#[tokio::test]
async fn a_lost_update_is_412() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let new = json!({"name": "a:b", "type": "generic"});
    let made = api.post("/scopes", new).await.expect(201);
    let path = format!("/scopes/{}", made.json()["id"].as_str().unwrap());
    let first = made.header("etag").to_owned();
    assert!(
        first.starts_with('"') && first.ends_with('"'),
        "strong: {first}"
    );
    let read = api.get(&path).await.expect(200);
    assert_eq!(read.header("etag"), first, "what is made is read alike");

    let patch = async |tag: &str, tags: &str| {
        let body = json!({"tags": [tags]});
        api.conditional("PATCH", &path, ("if-match", tag), Some(body))
            .await
    };
    let changed = patch(&first, "one").await.expect(200);
    let second = changed.header("etag").to_owned();
    assert_ne!(first, second);
    assert_eq!(patch(&first, "two").await.code(412), "changed_meanwhile");
    assert_eq!(api.get(&path).await.json()["tags"], json!(["one"]));
    patch("*", "three").await.expect(200);
    assert_eq!(patch("none", "four").await.field().0, "if-match");

    let stale = api
        .conditional("DELETE", &path, ("if-match", &second), None)
        .await;
    assert_eq!(stale.code(412), "changed_meanwhile");
    let now = api.get(&path).await.header("etag").to_owned();
    let known = api
        .conditional("GET", &path, ("if-none-match", &now), None)
        .await;
    assert_eq!((known.status.as_u16(), known.text()), (304, String::new()));
    let gone = api
        .conditional("DELETE", &path, ("if-match", &now), None)
        .await;
    gone.expect(204);
}

/// Every kind of thing that can be changed or deleted, as the table of operations says.
#[tokio::test]
async fn whatever_can_be_changed_has_a_tag() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let mut kinds = BTreeMap::<&str, BTreeSet<&str>>::new();
    for operation in OPERATIONS {
        if matches!(operation.verb, Verb::Read | Verb::Update | Verb::Delete) {
            kinds
                .entry(operation.path)
                .or_default()
                .insert(operation.method);
        }
    }
    kinds.retain(|_, methods| methods.contains("PATCH") || methods.contains("DELETE"));
    // Realms are made and deleted by others than they are read by: they follow below.
    kinds.remove(REALM).expect("realms");
    assert!(kinds.len() > 15, "{kinds:?}");
    for (number, (path, methods)) in kinds.into_iter().enumerate() {
        let kind = path.strip_prefix(REALM).unwrap_or(path);
        let name = |what: &str| format!("{what}-{number}");
        if methods.contains("GET") {
            let thing = Thing::new(&api, kind, &name("read")).await;
            is_known_by_its_tag(&api, &thing).await;
        }
        if methods.contains("PATCH") {
            let thing = Thing::new(&api, kind, &name("changed")).await;
            changes_by_its_tag(&api, &thing).await;
        }
        if methods.contains("DELETE") {
            let thing = Thing::new(&api, kind, &name("deleted")).await;
            goes_by_its_tag(&api, &thing).await;
        }
    }
}

#[tokio::test]
async fn a_realm_has_a_tag() {
    let server = TestServer::start().await;
    let client = server.add_realm("other", "realm").await;
    let api = Api::of(&server, &client).await;
    let thing = Thing {
        path: String::new(),
        made: None,
        patch: json!({"display_name": "Changed"}),
    };
    is_known_by_its_tag(&api, &thing).await;
    changes_by_its_tag(&api, &thing).await;
}

/// Who makes and deletes a realm is another than who reads and changes it, and sees the same tag.
#[tokio::test]
async fn a_realm_that_is_made_above_is_read_and_deleted_by_the_same_tag() {
    let server = TestServer::start().await;
    let above = Api::admin(&server).await;
    above
        .post("/v1/tenants", json!({"name": "other"}))
        .await
        .expect(201);
    let realms = "/v1/tenants/other/realms";
    let made = above
        .post(realms, json!({"name": "realm"}))
        .await
        .expect(201);
    let client = |name: &str| {
        made.json()["administrator"][name]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let client = Client {
        realm: RealmKey::new(&"other".parse().unwrap(), &"realm".parse().unwrap()),
        id: client("client_id"),
        secret: client("client_secret"),
    };
    let within = Api::of(&server, &client).await;
    let tag = within.get("").await.expect(200).header("etag").to_owned();
    assert_eq!(made.header("etag"), tag, "the tag of its creation");
    let delete = async |tag: &str| {
        let path = format!("{realms}/realm");
        above
            .conditional("DELETE", &path, ("if-match", tag), None)
            .await
    };
    assert_eq!(delete("\"other\"").await.code(412), "changed_meanwhile");
    delete(&tag).await.expect(204);
}

const REALM: &str = "/v1/tenants/{tenant}/realms/{realm}";

/// Something to be read, changed or deleted.
struct Thing {
    path: String,
    /// The tag that its creation answered with, if it was made by this API.
    made: Option<String>,
    patch: Value,
}

impl Thing {
    /// A new one of a kind, which is the path of one below the realm's root.
    async fn new(api: &Api<'_>, kind: &str, name: &str) -> Self {
        let (server, admin) = (api.server, &api.server.admin);
        let scope = "scim:read";
        let kept = async |path: String| Self {
            path,
            made: None,
            patch: Value::Null,
        };
        match kind {
            "/grants/{id}" => {
                let grant = server.add_grant(admin, scope).await;
                return kept(format!("/grants/{}", grant.id())).await;
            }
            "/consents/{id}" => {
                server.add_consent(admin, scope, name).await;
                return kept(only(api, "/consents", "person", name).await).await;
            }
            "/tokens/{id}" => {
                let client = server.add_client(&[scope], |_| ()).await;
                client.token(server, Some(scope)).await;
                return kept(only(api, "/tokens", "client_id", &client.id).await).await;
            }
            _ => {}
        }
        let (collection, _) = kind.rsplit_once('/').unwrap();
        let application = async || {
            let new = json!({"name": name, "service_account": true});
            let made = api.make("/applications", new).await;
            made["id"].as_str().unwrap().to_owned()
        };
        let mut collection = collection.to_owned();
        if collection.contains("{id}") {
            collection = collection.replace("{id}", &application().await);
        }
        let described = json!({"description": "Changed"});
        let urn = format!("urn:example:{name}");
        let (new, patch) = match kind {
            "/v1/tenants/{tenant}" => (json!({"name": name}), json!({"display_name": "Changed"})),
            "/applications/{id}" => (json!({"name": name, "service_account": true}), described),
            "/applications/{id}/secrets/{secret}" => (json!({}), Value::Null),
            "/applications/{id}/assigned-scopes/{scope}" => {
                (json!({"scope": scope}), json!({"default": true}))
            }
            "/resource-servers/{id}" => (
                json!({"identifier": urn, "name": name}),
                json!({"name": "Changed"}),
            ),
            "/scopes/{id}" => (json!({"name": name, "type": "generic"}), described),
            "/resource-types/{id}" => {
                let schema = "urn:ietf:params:scim:schemas:core:2.0:User";
                let endpoint = format!("/{name}");
                (
                    json!({"name": name, "endpoint": endpoint, "schema": schema}),
                    described,
                )
            }
            "/schemas/{id}" => (
                json!({"urn": urn, "attributes": [{"name": "a"}]}),
                described,
            ),
            "/identity-providers/{id}" => (
                json!({"name": name, "issuer": "https://idp.example", "client_id": "w"}),
                json!({"scopes": ["email"]}),
            ),
            "/claims/{id}" => (
                json!({"name": name, "paths": ["title"]}),
                json!({"paths": ["userType"]}),
            ),
            "/services/{id}" => {
                let url = format!("/integration/{name}");
                (json!({"name": name, "url": url}), described)
            }
            "/policies/{id}" => (
                json!({"name": name, "language": "cedar", "text": "w"}),
                described,
            ),
            "/connectors/{id}" => {
                let id = application().await;
                (json!({"name": name, "application": id}), described)
            }
            "/sync-profiles/{id}" => (
                json!({"name": name, "source": "ldap", "server": "ldap://127.0.0.1", "base": "dc=w"}),
                described,
            ),
            "/roles/{id}" => (json!({"name": name}), described),
            "/keys/{id}" => (json!({}), json!({"state": "active", "forced": true})),
            other => panic!("there is no example of `{other}`: add one here"),
        };
        let made = api.post(&collection, new).await.expect(201);
        let id = made.json()["id"].as_str().unwrap().to_owned();
        Self {
            path: format!("{collection}/{id}"),
            made: Some(made.header("etag").to_owned()),
            patch,
        }
    }

    /// Its tag now: of what can't be read alone, that of its creation.
    async fn tag(&self, api: &Api<'_>) -> String {
        let read = api.get(&self.path).await;
        match read.status.as_u16() {
            404 | 405 => self.made.clone().expect("a tag of its creation"),
            _ => read.expect(200).header("etag").to_owned(),
        }
    }
}

/// The path of the one thing of a list whose field is `value`.
async fn only(api: &Api<'_>, collection: &str, field: &str, value: &str) -> String {
    let filter = format!("{collection}?filter={field}%20eq%20%22{value}%22");
    let items = api.get(&filter).await.expect(200).json()["items"].clone();
    assert_eq!(items.as_array().unwrap().len(), 1, "{filter}");
    format!("{collection}/{}", items[0]["id"].as_str().unwrap())
}

/// What is made is read alike, again and again, until something changes.
async fn is_known_by_its_tag(api: &Api<'_>, thing: &Thing) {
    let path = &thing.path;
    let tag = thing.tag(api).await;
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag}");
    assert_eq!(thing.tag(api).await, tag, "{path}");
    if let Some(made) = &thing.made {
        assert_eq!(*made, tag, "{path}: the tag of its creation");
    }
    let condition = ("if-none-match", tag.as_str());
    let known = api.conditional("GET", path, condition, None).await;
    // What a connector says of itself is beside what its tag covers: it is always sent.
    let expected = if path.starts_with("/connectors/") {
        200
    } else {
        304
    };
    assert_eq!(known.status, expected, "{path}");
    let condition = ("if-none-match", "\"other\"");
    let unknown = api.conditional("GET", path, condition, None).await;
    assert_eq!(unknown.status, 200, "{path}");
}

async fn changes_by_its_tag(api: &Api<'_>, thing: &Thing) {
    let path = &thing.path;
    let before = api.get(path).await.expect(200);
    let tag = before.header("etag").to_owned();
    let patch = async |tag: &str| {
        let body = Some(thing.patch.clone());
        api.conditional("PATCH", path, ("if-match", tag), body)
            .await
    };
    let other = patch("\"other\"").await;
    assert_eq!(other.code(412), "changed_meanwhile", "{path}");
    assert_eq!(
        api.get(path).await.json(),
        before.json(),
        "{path}: unchanged"
    );
    let changed = patch(&tag).await.expect(200);
    let now = changed.header("etag").to_owned();
    assert_ne!(now, tag, "{path}");
    assert_eq!(thing.tag(api).await, now, "{path}");
    let stale = patch(&tag).await;
    assert_eq!(stale.code(412), "changed_meanwhile", "{path}");
}

async fn goes_by_its_tag(api: &Api<'_>, thing: &Thing) {
    let path = &thing.path;
    let tag = thing.tag(api).await;
    let delete = async |tag: &str| {
        api.conditional("DELETE", path, ("if-match", tag), None)
            .await
    };
    let other = delete("\"other\"").await;
    assert_eq!(other.code(412), "changed_meanwhile", "{path}");
    assert_eq!(thing.tag(api).await, tag, "{path}: it is still there");
    delete(&tag).await.expect(204);
}
