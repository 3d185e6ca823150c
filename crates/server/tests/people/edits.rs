//! Product §2.4, B7: what a live token gives is what its scope allowed when it was granted, as far as it allows that
//! now; at once, and never more. And a consent is to what was consented to.

use crate::support::{Browser, Client, Page, TestServer, answered};
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Attributes that a scope may reach, and the claim that one of them becomes.
const ATTRIBUTES: [(&str, &str); 4] = [
    ("userName", "preferred_username"),
    ("displayName", "name"),
    ("emails", "email"),
    ("name", "family_name"),
];

/// What a version of the scope allows.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Rights {
    retrieve: bool,
    attributes: BTreeSet<&'static str>,
}

impl Rights {
    fn any() -> impl Strategy<Value = Self> {
        let names: Vec<&'static str> = ATTRIBUTES.iter().map(|(name, _)| *name).collect();
        let subset = proptest::sample::subsequence(names, 0..=ATTRIBUTES.len());
        (subset, proptest::bool::weighted(0.8)).prop_map(|(attributes, retrieve)| Self {
            retrieve,
            attributes: attributes.into_iter().collect(),
        })
    }

    fn patch(&self) -> Value {
        let operations: &[&str] = if self.retrieve { &["retrieve"] } else { &[] };
        json!({"resource_attributes": self.attributes, "resource_operations": operations})
    }

    /// What is allowed by both.
    fn and(&self, other: &Self) -> Self {
        Self {
            retrieve: self.retrieve && other.retrieve,
            attributes: self
                .attributes
                .intersection(&other.attributes)
                .copied()
                .collect(),
        }
    }

    /// Whether it allows something that the other did not: attributes alone allow nothing.
    fn is_wider_than(&self, other: &Self) -> bool {
        self.retrieve && !(other.retrieve && self.attributes.is_subset(&other.attributes))
    }
}

/// What `/Me` and `/userinfo` tell a token must be what it may be told.
async fn tells(server: &TestServer, app: &Client, token: &str, may: &Rights, said: &str) {
    let me = server
        .call("GET", &app.path("/scim/v2/Me"), token, None)
        .await;
    let userinfo = server
        .call("GET", &app.path("/userinfo"), token, None)
        .await;
    if !may.retrieve {
        assert_eq!(
            (me.status.as_u16(), userinfo.status.as_u16()),
            (403, 403),
            "{said}"
        );
        return;
    }
    let (me, userinfo) = (me.expect(200).json(), userinfo.expect(200).json());
    for (attribute, claim) in ATTRIBUTES {
        let expected = may.attributes.contains(attribute);
        assert_eq!(
            me.get(attribute).is_some(),
            expected,
            "{said}: {attribute} in {me}"
        );
        let told =
            claim == "name" && userinfo.get(claim).is_some() && may.attributes.contains("name");
        let claimed = userinfo.get(claim).is_some();
        assert!(claimed == expected || told, "{said}: {claim} in {userinfo}");
    }
    let known = ["schemas", "id", "meta"];
    for name in me.as_object().unwrap().keys() {
        let own = ATTRIBUTES.iter().any(|(attribute, _)| attribute == name);
        assert!(own || known.contains(&name.as_str()), "{said}: {name}");
    }
}

#[tokio::test]
async fn b7_edits_narrow_at_once_and_never_widen() {
    let server = TestServer::start().await;
    let ada = server.add_person("ada").await;
    let (first, browser) = (server.add_app(&["openid"], |_| {}).await, Browser::new());
    first.code_in(&server, &browser, &ada, "openid").await;
    let mut runner = TestRunner::deterministic();
    let (mut narrowed, mut asked_again, mut silent) = (0, 0, 0);
    for case in 0..24 {
        let sequence = (
            Rights::any(),
            proptest::collection::vec(Rights::any(), 1..7),
        );
        let (granted, edits) = sequence.new_tree(&mut runner).unwrap().current();
        let name = format!("self:{case}");
        let mut definition = granted.patch();
        definition["name"] = json!(name);
        definition["type"] = json!("authenticated-identity");
        definition["consent_prompt_text"] = json!("See something of you");
        server.add_scope(definition).await;
        let app = server.add_app(&[&name], |_| {}).await;
        let code = app.code_in(&server, &browser, &ada, &name).await;
        let tokens = app.redeem(&server, &code).await.expect(200).json();
        let token = tokens["access_token"].as_str().unwrap().to_owned();
        let mut refresh = tokens["refresh_token"].as_str().unwrap().to_owned();
        tells(&server, &app, &token, &granted, "as granted").await;
        for (step, now) in edits.iter().enumerate() {
            server.edit_scope(&name, now.patch()).await;
            let said = format!("case {case}, step {step}: granted {granted:?}, now {now:?}");
            let may = granted.and(now);
            narrowed += u32::from(may != granted);
            tells(&server, &app, &token, &may, &said).await;
            // A later token of the same grant allows no more.
            let refreshed = app.refresh(&server, &refresh).await.expect(200).json();
            refresh = refreshed["refresh_token"].as_str().unwrap().to_owned();
            let later = refreshed["access_token"].as_str().unwrap();
            tells(&server, &app, later, &may, &format!("{said}, refreshed")).await;
            // And what the person consented to is what they consented to.
            let request = app.authorize(&name, &[("prompt", "none")]);
            let told = answered(&browser.get(&server, &request).await.expect(303));
            if now.is_wider_than(&granted) {
                assert_eq!(told["error"], "consent_required", "{said}");
                let page = browser
                    .go(&server, &app.authorize(&name, &[]))
                    .await
                    .expect(200);
                assert!(page.text().contains("See something of you"), "{said}");
                browser
                    .press(&server, &Page::of(&page), "switch-account", &[])
                    .await
                    .expect(200);
                asked_again += 1;
            } else {
                let code = told
                    .get("code")
                    .unwrap_or_else(|| panic!("{said}: {told:?}"));
                // A new grant is one of what is allowed now.
                let tokens = app.redeem(&server, code).await.expect(200).json();
                let token = tokens["access_token"].as_str().unwrap();
                tells(&server, &app, token, now, &format!("{said}, granted now")).await;
                silent += 1;
            }
        }
    }
    assert!(
        narrowed > 20 && asked_again > 10 && silent > 10,
        "{narrowed} {asked_again} {silent}"
    );
}
