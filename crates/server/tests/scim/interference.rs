//! S2: a caller can't tell two directories apart that differ only in what it can neither retrieve
//! nor search (product §6.2, REG-19).

use crate::{
    support::Answer,
    world::{ENTERPRISE, Scim, World, user},
};
use serde_json::{Value, json};

/// Two people, and what is hidden of them.
struct Side {
    world: World,
    narrow: Scim,
    ids: [String; 2],
}

impl Side {
    async fn new(hidden: [Value; 2]) -> Self {
        let world = World::start().await;
        let [first, second] = hidden;
        let mut ids = Vec::new();
        for (name, hidden) in [("ada", first), ("bob", second)] {
            let mut more = json!({
                "displayName": name,
                "emails": [{ "value": format!("{name}@example.com"), "type": "work" }],
            });
            for (key, value) in hidden.as_object().unwrap() {
                match (key.as_str(), value) {
                    ("emails", Value::Array(list)) => {
                        more["emails"]
                            .as_array_mut()
                            .unwrap()
                            .extend(list.iter().cloned());
                    }
                    _ => more[key] = value.clone(),
                }
            }
            ids.push(world.user(name, more).await);
        }
        let narrow = world
            .with_scopes(&[
                (
                    "User",
                    &["retrieve"],
                    &["userName", "displayName", "emails.value", "emails.type"],
                ),
                ("User", &["search"], &["userName", "emails.type"]),
                ("User", &["modify"], &["displayName", "nickName", "emails"]),
            ])
            .await;
        let ids = [ids[0].clone(), ids[1].clone()];
        Self { world, narrow, ids }
    }

    /// What the narrow caller gets, with ids and tags numbered in order of appearance.
    async fn ask(&self, tags: &mut Vec<String>, method: &str, path: &str, body: &Value) -> String {
        let path = path
            .replace("ADA", &self.ids[0])
            .replace("BOB", &self.ids[1]);
        let answer: Answer = self
            .world
            .send_json(&self.narrow, method, &path, body)
            .await;
        let headers = ["etag", "location", "content-length", "www-authenticate"];
        let headers: Vec<&str> = headers.iter().map(|name| answer.header(name)).collect();
        let whole = format!("{} {headers:?} {}", answer.status, answer.text());
        let whole = whole
            .replace(&self.ids[0], "ADA")
            .replace(&self.ids[1], "BOB");
        number_tags(&whole, tags)
    }
}

/// Writes `TAG-n` for the nth different tag.
fn number_tags(text: &str, tags: &mut Vec<String>) -> String {
    let text = text.replace("\\\\\\\"", "\"").replace("\\\"", "\"");
    let mut parts = text.split("W/\"");
    let mut numbered = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (tag, rest) = part.split_once('"').unwrap();
        let known = tags.iter().position(|known| known == tag);
        let number = known.unwrap_or_else(|| {
            tags.push(tag.to_owned());
            tags.len() - 1
        });
        numbered.push_str(&format!("TAG-{number}{rest}"));
    }
    numbered
}

fn requests() -> Vec<(&'static str, String, Value)> {
    let patch = |operations: Value| {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": operations,
        })
    };
    let seen = json!({
        "displayName": "ada",
        "emails": [{ "value": "ada@example.com", "type": "work" }],
    });
    let mut requests: Vec<(&str, String, Value)> = Vec::new();
    for path in [
        "/Users/ADA",
        "/Users/ADA?attributes=title,nickName,emails,groups",
        "/Users/BOB?excludedAttributes=emails.value",
        "/Users?sortBy=userName",
        "/Users?sortBy=userName&sortOrder=descending&count=1",
        "/?attributes=userName&sortBy=userName",
        "/Groups",
        "/Me",
    ] {
        requests.push(("GET", path.to_owned(), Value::Null));
    }
    for filter in [
        "userName sw \"a\"",
        "emails.type eq \"work\"",
        "emails[type eq \"home\"]",
        "emails[type pr]",
        "not (emails.type eq \"home\")",
        "emails pr",
        "title eq \"Guide\"",
        "title pr or userName pr",
        "nickName co \"a\"",
        "emails.value ew \"home.example\"",
        "emails.primary eq true",
        "active eq true",
        "groups pr",
        "externalId eq \"1\"",
        "meta.version pr",
        "manager.displayName pr",
    ] {
        let query = form_urlencoded::byte_serialize(filter.as_bytes()).collect::<String>();
        requests.push((
            "GET",
            format!("/Users?sortBy=userName&filter={query}"),
            Value::Null,
        ));
    }
    for path in [
        "title",
        "emails.value",
        "emails.primary",
        "externalId",
        ENTERPRISE,
    ] {
        requests.push((
            "GET",
            format!("/Users?sortBy={path}&attributes=userName"),
            Value::Null,
        ));
    }
    for operations in [
        json!([{ "op": "replace", "path": "emails[primary eq true].type", "value": "x" }]),
        json!([{ "op": "remove", "path": "emails[type eq \"home\"]" }]),
        json!([{ "op": "replace", "path": "title", "value": "Guide" }]),
        json!([{ "op": "add", "path": "password", "value": "x" }]),
        json!([{ "op": "replace", "path": "displayName", "value": "ada" }]),
        json!([{ "op": "replace", "path": "nickName", "value": "Babs" }]),
        json!([{ "op": "remove", "path": "nickName" }]),
        json!([{ "op": "add", "path": "emails", "value": [{ "value": "ada@example.com", "type": "work" }] }]),
        json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "new@example.com" }]),
    ] {
        requests.push(("PATCH", "/Users/ADA".to_owned(), patch(operations)));
        requests.push(("GET", "/Users/ADA".to_owned(), Value::Null));
    }
    requests.push(("PUT", "/Users/BOB".to_owned(), user("bob", seen.clone())));
    requests.push(("PUT", "/Users/BOB".to_owned(), user("other", seen)));
    requests.push((
        "PUT",
        "/Users/BOB".to_owned(),
        user("bob", json!({ "title": "Guide" })),
    ));
    requests.push(("GET", "/Users/BOB".to_owned(), Value::Null));
    requests.push(("POST", "/Users".to_owned(), user("ada", json!({}))));
    requests.push(("DELETE", "/Users/ADA".to_owned(), Value::Null));
    requests.push(("GET", "/Users?sortBy=userName".to_owned(), Value::Null));
    requests
}

#[tokio::test]
async fn s2_what_is_hidden_has_no_influence_on_any_answer() {
    let left = [json!({}), json!({ "title": "Guide" })];
    let rights = [
        [
            json!({ "title": "Guide", "nickName": "Babs", "externalId": "1", "active": true }),
            json!({ "password": "a long password" }),
        ],
        [
            json!({
                "name": { "familyName": "Lovelace" },
                "nickName": "ada",
                ENTERPRISE: { "department": "R&D", "manager": { "value": "x" } },
            }),
            json!({ "title": "Driver", "phoneNumbers": [{ "value": "+1" }], "roles": [{ "value": "x" }] }),
        ],
        // An element of which nothing is visible.
        [
            json!({ "emails": [{ "display": "only a name" }] }),
            json!({ "emails": [{ "primary": true }] }),
        ],
    ];
    for right in rights {
        let left = Side::new(left.clone()).await;
        let right = Side::new(right).await;
        let (mut left_tags, mut right_tags) = (Vec::new(), Vec::new());
        for (method, path, body) in requests() {
            let one = left.ask(&mut left_tags, method, &path, &body).await;
            let other = right.ask(&mut right_tags, method, &path, &body).await;
            assert_eq!(one, other, "{method} {path} {body}");
        }
    }
}
