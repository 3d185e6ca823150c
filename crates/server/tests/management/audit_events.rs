//! The audit trail as administrators read it (product §7, R20).

use crate::{api::Api, support::TestServer};
use domain::{
    RealmKey,
    audit::{Check, Object, hash_of, hex},
};
use serde_json::{Value, json};

/// Follows pages to the end.
async fn all(api: &Api<'_>, filter: &str) -> Vec<Value> {
    let filter: String = form_urlencoded::byte_serialize(filter.as_bytes()).collect();
    let (mut items, mut token) = (Vec::new(), String::new());
    loop {
        let path = format!("/audit-events?page_size=3&filter={filter}{token}");
        let page = api.get(&path).await.expect(200).json();
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_page_token"].as_str() {
            Some(next) => token = format!("&page_token={next}"),
            None => return items,
        }
    }
}

/// Anyone can hash an event again, with nothing of ours but RFC 8785.
fn hashed(item: &Value) -> String {
    let mut event: Object = item.as_object().unwrap().clone();
    for besides in ["id", "hash", "intact", "finding"] {
        event.remove(besides);
    }
    hex(&hash_of(&event))
}

#[tokio::test]
async fn r20_the_trail_is_listed_filtered_and_read() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    for name in ["one", "two", "three"] {
        let paths = json!({"name": name, "paths": ["title"]});
        let made = api.make("/claims", paths).await;
        server.advance(60);
        let path = format!("/claims/{}", made["id"].as_str().unwrap());
        api.patch(&path, json!({"paths": ["userType"]}))
            .await
            .expect(200);
    }
    let events = all(&api, "sequence ge 1").await;
    let numbers: Vec<u64> = events
        .iter()
        .map(|e| e["sequence"].as_u64().unwrap())
        .collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    assert!(
        events
            .iter()
            .all(|event| event["intact"] == true && event["hash"] == hashed(event))
    );
    let of = async |filter: &str| -> Vec<String> {
        let found = all(&api, filter).await;
        let said = |e: &Value| format!("{} {}", e["action"], e["resource_name"]).replace('"', "");
        found.iter().map(said).collect()
    };
    assert_eq!(
        of("resource_name eq \"two\"").await,
        ["create two", "update two"]
    );
    let creations = "resource eq \"claims\" and action eq \"create\"";
    assert_eq!(
        of(creations).await,
        ["create one", "create two", "create three"]
    );
    let id = events.last().unwrap()["resource_id"].as_str().unwrap();
    let one = format!(
        "resource_id eq \"{id}\" and client_id eq \"{}\"",
        server.admin.id
    );
    assert_eq!(of(&one).await, ["create three", "update three"]);
    assert_eq!(
        of("client_id eq \"nobody\" and action eq \"create\"").await,
        [""; 0]
    );
    let late = events.last().unwrap()["at"].as_str().unwrap();
    assert_eq!(of(&format!("at ge \"{late}\"")).await, ["update three"]);
    let earlier = format!("at lt \"{late}\" and resource eq \"claims\"");
    assert_eq!(of(&earlier).await.last().unwrap(), "create three");
    let last = numbers.len();
    assert_eq!(
        of(&format!("sequence gt {} and sequence lt {last}", last - 2))
            .await
            .len(),
        1
    );
    let head = api.get("/audit-events/head").await.expect(200).json();
    assert_eq!(&head, events.last().unwrap());
    let path = format!("/audit-events/{}", events[1]["id"].as_str().unwrap());
    assert_eq!(api.get(&path).await.expect(200).json(), events[1]);
    for nothing in ["1", "1-", "99-00", "x", "-1-0"] {
        api.get(&format!("/audit-events/{nothing}"))
            .await
            .expect(404);
    }
    // Nobody writes it.
    for method in ["POST", "PATCH", "DELETE"] {
        let path = server.admin.path(&path);
        let answer = server
            .call(method, &path, &api.token, Some(json!({})))
            .await;
        assert_eq!(answer.status, 405, "{method}");
    }
}

/// T1: an event of another realm is none of this one, though its number is.
#[tokio::test]
async fn t1_an_event_of_another_realm_is_not_found() {
    let server = TestServer::start().await;
    let other = server.add_realm("acme", "staff").await;
    let (here, there) = (Api::admin(&server).await, Api::of(&server, &other).await);
    there
        .make("/scopes", json!({"name": "there", "type": "generic"}))
        .await;
    let head = there.get("/audit-events/head").await.expect(200).json();
    let path = format!("/audit-events/{}", head["id"].as_str().unwrap());
    there.get(&path).await.expect(200);
    here.get(&path).await.expect(404);
    assert!(all(&here, "resource_name eq \"there\"").await.is_empty());
}

/// V17, S2: what is shown once, and what is never shown, is in no event, nor in any file of the store.
#[tokio::test]
async fn v17_no_secret_is_in_the_trail() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let application = json!({"name": "secretive", "grant_types": ["client_credentials"]});
    let made = api.make("/applications", application).await;
    let mut secrets = vec![made["client_secret"].as_str().unwrap().to_owned()];
    let path = format!("/applications/{}/secrets", made["id"].as_str().unwrap());
    let second = api.make(&path, json!({})).await;
    secrets.push(second["client_secret"].as_str().unwrap().to_owned());
    let canary = "canary-of-a-provider-0451";
    let provider = json!({
        "name": "upstream", "issuer": "https://idp.example", "client_id": "us",
        "client_secret": canary,
    });
    let provider = api.make("/identity-providers", provider).await;
    let path = format!("/identity-providers/{}", provider["id"].as_str().unwrap());
    let changed = "canary-of-a-provider-0452";
    api.patch(&path, json!({"client_secret": changed}))
        .await
        .expect(200);
    secrets.extend([canary.to_owned(), changed.to_owned()]);
    secrets.extend(secrets_of_directories(&api).await);
    let realm = json!({"name": "staff"});
    api.make("/v1/tenants", json!({"name": "acme"})).await;
    let realm = api.make("/v1/tenants/acme/realms", realm).await;
    let administrator = &realm["administrator"];
    let link = administrator["set_up"]
        .as_str()
        .unwrap()
        .rsplit('=')
        .next()
        .unwrap();
    secrets.extend([
        administrator["client_secret"].as_str().unwrap().to_owned(),
        link.to_owned(),
        api.token.clone(),
        server.admin.secret.clone(),
    ]);
    let events = serde_json::to_string(&all(&api, "sequence ge 1").await).unwrap();
    assert!(
        events.contains("upstream")
            && events.contains("has_bind_password")
            && events.contains("secretive")
    );
    for secret in &secrets {
        assert!(!events.contains(secret.as_str()), "{secret} in the trail");
        assert!(!server.is_stored(secret), "{secret} in the store");
    }
}

/// The secrets of sync profiles that were made and changed.
async fn secrets_of_directories(api: &Api<'_>) -> Vec<String> {
    let ldap = json!({
        "name": "office", "source": "ldap", "server": "ldaps://ldap.example", "base": "dc=example",
        "bind_name": "cn=reader,dc=example",
    });
    let entra = json!({
        "name": "cloud", "source": "entra", "tenant_id": "contoso.com", "client_id": "us",
    });
    let mut secrets = Vec::new();
    for (mut new, field) in [(ldap, "bind_password"), (entra, "client_secret")] {
        let canary = |turn: &str| json!(format!("canary-of-{field}-{turn}"));
        new[field] = canary("made");
        let made = api.make("/sync-profiles", new).await;
        let path = format!("/sync-profiles/{}", made["id"].as_str().unwrap());
        let mut patch = json!({});
        patch[field] = canary("changed");
        api.patch(&path, patch).await.expect(200);
        api.delete(&path).await.expect(204);
        secrets.extend(["made", "changed"].map(|turn| canary(turn).as_str().unwrap().to_owned()));
    }
    secrets
}

/// V13: neither what a page answers nor what is read for it grows with what the events hold.
#[tokio::test]
async fn a_page_of_large_events_ends_early() {
    const PAGE: usize = 4 * 1024 * 1024;
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    for schema in 0..24 {
        let attribute =
            |number| json!({"name": format!("a{number}"), "description": "x".repeat(3500)});
        let attributes: Vec<Value> = (0..64).map(attribute).collect();
        let urn = format!("urn:example:params:Large{schema}");
        let new = json!({"urn": urn, "name": "Large", "attributes": attributes});
        api.make("/schemas", new).await;
    }
    let head = api.get("/audit-events/head").await.expect(200).json();
    let follow = async |filter: &str| {
        let (mut found, mut pages, mut token) = (Vec::new(), 0, String::new());
        loop {
            let path = format!("/audit-events?page_size=200{filter}{token}");
            let page = api.get(&path).await.expect(200);
            let size = page.text().len();
            assert!(size < PAGE + 300 * 1024, "{size} bytes");
            let page = page.json();
            found.extend(page["items"].as_array().unwrap().iter().cloned());
            pages += 1;
            match page["next_page_token"].as_str() {
                Some(next) => token = format!("&page_token={next}"),
                None => return (found, pages),
            }
        }
    };
    let (all, pages) = follow("").await;
    let numbers: Vec<u64> = all
        .iter()
        .map(|e| e["sequence"].as_u64().unwrap())
        .collect();
    let last = head["sequence"].as_u64().unwrap();
    assert_eq!(
        numbers,
        (1..=last).collect::<Vec<_>>(),
        "none twice, none left out"
    );
    assert!(all.iter().all(|event| event["intact"] == true));
    assert_eq!(pages, 2);
    let (nothing, pages) = follow("&filter=resource_name%20eq%20%22nobody%22").await;
    assert_eq!((nothing, pages), (Vec::new(), 2));
}

/// Many at once make one chain.
#[tokio::test(flavor = "multi_thread")]
async fn racing_edits_keep_one_chain() {
    let server = std::sync::Arc::new(TestServer::start().await);
    let token = server.admin_token().await;
    let mut racers = tokio::task::JoinSet::new();
    for racer in 0..16 {
        let (server, token) = (server.clone(), token.clone());
        racers.spawn(async move {
            // Half of them want a name that only one can have.
            let name = if racer % 2 == 0 {
                "same".to_owned()
            } else {
                format!("own-{racer}")
            };
            let body = json!({"name": name, "paths": ["title"]});
            let path = server.admin.path("/claims");
            server.call("POST", &path, &token, Some(body)).await.status == 201
        });
    }
    let made = racers
        .join_all()
        .await
        .into_iter()
        .filter(|made| *made)
        .count();
    assert_eq!(made, 9);
    let realm = RealmKey::system();
    let trail = crate::audit::trail(&server, &realm).await;
    let mut check = Check::new(realm);
    for kept in &trail {
        check.event(kept.sequence, &kept.event, &kept.hash, None);
    }
    assert_eq!(check.finish(), []);
    let claims = trail
        .iter()
        .filter(|kept| kept.event["resource"] == "claims")
        .count();
    assert_eq!(claims, made, "acknowledged changes and events, one to one");
}

/// J: an id has one spelling, by which events are found.
#[tokio::test]
async fn j_an_id_in_another_spelling_is_nothings() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let claim = json!({"name": "team", "paths": ["title"]});
    let scope = json!({"name": "a:b", "type": "generic"});
    for (noun, body) in [("claims", claim), ("scopes", scope)] {
        let made = api.make(&format!("/{noun}"), body).await;
        let id = made["id"].as_str().unwrap();
        for other in [id.to_uppercase(), id.replace('-', ""), format!("{{{id}}}")] {
            let other = other.replace('{', "%7B").replace('}', "%7D");
            api.delete(&format!("/{noun}/{other}")).await.expect(404);
        }
        api.delete(&format!("/{noun}/{id}")).await.expect(204);
    }
}
