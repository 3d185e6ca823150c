//! People of a test server, and clients that ask them.

use super::{Answer, Browser, Client, TestServer, browser::answered};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use domain::{
    config::{Application, ConfigObject, RoleRecord},
    store::ResourceId,
};
use oauth::GrantType;
use scope::{ManagementRight, RoleId, RoleRights};
use serde_json::{Value, json};
use std::{collections::BTreeMap, sync::Arc};
use uuid::Uuid;

/// Where test clients are redirected to.
pub const CALLBACK: &str = "https://client.example.com/cb";
/// What everybody's password is.
pub const PASSWORD: &str = "correct horse battery";
/// A code verifier, and its challenge (RFC 7636 appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
/// Its SHA-256.
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// A person.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub user_name: String,
}

impl TestServer {
    /// Makes a person who signs in with [`PASSWORD`].
    pub async fn add_person(&self, user_name: &str) -> Person {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
            "userName": user_name,
            "displayName": format!("{user_name} the Person"),
            "name": {"givenName": user_name, "familyName": "Person"},
            "emails": [
                {"value": format!("{user_name}@home.example.com"), "type": "home"},
                {"value": format!("{user_name}@example.com"), "type": "work", "primary": true},
            ],
            "password": PASSWORD,
        });
        let token = self.admin_token().await;
        let path = self.admin.path("/scim/v2/Users");
        let made = self
            .call("POST", &path, &token, Some(body))
            .await
            .expect(201);
        Person {
            id: made.json()["id"].as_str().unwrap().to_owned(),
            user_name: user_name.to_owned(),
        }
    }

    /// Changes a person by a SCIM PATCH of the administrator's.
    pub async fn patch_person(&self, person: &Person, path: &str, value: Value) {
        let body = json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "replace", "path": path, "value": value}],
        });
        let token = self.admin_token().await;
        let address = self.admin.path(&format!("/scim/v2/Users/{}", person.id));
        let answer = self.call("PATCH", &address, &token, Some(body)).await;
        assert!(answer.status.is_success(), "{}", answer.text());
    }

    /// Gives a person the role of an administrator.
    pub async fn make_administrator(&self, person: &Person) {
        self.put_in_role(person, "Administrator").await;
    }

    /// Puts a person into a role.
    pub async fn put_in_role(&self, person: &Person, role: &str) {
        let id = ResourceId(person.id.as_str().into());
        self.change_role(role, |role| assert!(role.members.insert(id)))
            .await;
    }

    /// Makes a role of the system realm with one member.
    pub async fn add_role(&self, name: &str, rights: RoleRights, member: &str) {
        let now = self.core.now();
        let role = RoleRecord {
            id: RoleId(Uuid::new_v4()),
            name: name.to_owned(),
            description: None,
            built_in: false,
            holds: rights.holds,
            may_delegate: rights.may_delegate,
            delegates_capabilities: rights.delegates_capabilities,
            members: [ResourceId(member.into())].into(),
            created: now,
            updated: now,
        };
        self.put(ConfigObject::Role(Arc::new(role))).await;
    }

    /// Lets a person give every capability but management ones, by a role that holds nothing.
    pub async fn let_delegate(&self, person: &str) {
        let rights = RoleRights {
            delegates_capabilities: true,
            ..RoleRights::default()
        };
        let name = format!("delegates {}", Uuid::new_v4());
        self.add_role(&name, rights, person).await;
    }

    /// Takes a person out of a role.
    pub async fn take_out_of_role(&self, person: &Person, role: &str) {
        let id = ResourceId(person.id.as_str().into());
        self.change_role(role, |role| assert!(role.members.remove(&id)))
            .await;
    }

    /// Changes a role of the system realm.
    pub async fn change_role(&self, name: &str, change: impl FnOnce(&mut RoleRecord)) {
        let snapshot = self.snapshot();
        let mut roles = snapshot.config().roles.values();
        let role = roles.find(|role| role.name == name).expect("the role");
        let mut role = RoleRecord::clone(role);
        change(&mut role);
        self.put(ConfigObject::Role(Arc::new(role))).await;
    }

    /// A client that may ask people, without consent, for every scope of management and for any of SCIM.
    pub async fn add_console(&self) -> Client {
        let names: Vec<String> = ManagementRight::all()
            .map(|right| right.to_string())
            .chain(["openid", "scim:read", "scim:write"].map(str::to_owned))
            .collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        self.add_app(&names, |app| {
            for assigned in &mut app.assigned {
                (assigned.consent_required, assigned.default) = (false, true);
            }
        })
        .await
    }

    /// A client that asks people: code, refresh and device grants; consent is needed.
    pub async fn add_app(&self, scopes: &[&str], change: impl FnOnce(&mut Application)) -> Client {
        self.add_client(scopes, |app| {
            app.service_account = false;
            app.redirect_uris = vec![CALLBACK.to_owned()];
            app.grant_types = vec![
                GrantType::AuthorizationCode,
                GrantType::RefreshToken,
                GrantType::DeviceCode,
            ];
            app.openid.id_token_signed_response_alg = jose::Algorithm::Es256;
            for assigned in &mut app.assigned {
                assigned.consent_required = true;
            }
            change(app);
        })
        .await
    }
}

impl Client {
    /// The address of an authorization request; `more` replaces or adds parameters, and an empty
    /// value takes one away.
    pub fn authorize(&self, scope: &str, more: &[(&str, &str)]) -> String {
        let mut parameters: BTreeMap<&str, &str> = BTreeMap::from([
            ("client_id", self.id.as_str()),
            ("redirect_uri", CALLBACK),
            ("response_type", "code"),
            ("scope", scope),
            ("state", "some state"),
            ("nonce", "some nonce"),
            ("code_challenge", CHALLENGE),
            ("code_challenge_method", "S256"),
        ]);
        parameters.extend(more.iter().copied());
        parameters.retain(|_, value| !value.is_empty());
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(parameters)
            .finish();
        self.path(&format!("/authorize?{query}"))
    }

    /// Redeems a code.
    pub async fn redeem(&self, server: &TestServer, code: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.post(server, "/token", &form).await
    }

    /// Uses a refresh token.
    pub async fn refresh(&self, server: &TestServer, token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post(server, "/token", &form).await
    }

    /// Has a person sign in and allow everything in a fresh browser; answers the code.
    pub async fn code(&self, server: &TestServer, person: &Person, scope: &str) -> String {
        let browser = Browser::new();
        self.code_in(server, &browser, person, scope).await
    }

    /// The same in a browser of the test's own.
    pub async fn code_in(
        &self,
        server: &TestServer,
        browser: &Browser,
        person: &Person,
        scope: &str,
    ) -> String {
        let mut answer = browser.go(server, &self.authorize(scope, &[])).await;
        for _ in 0..3 {
            let text = answer.text();
            if text.contains("name=\"password\"") {
                answer = browser
                    .sign_in(server, &answer, &person.user_name, PASSWORD)
                    .await;
            } else if text.contains("value=\"allow\"") {
                let page = super::Page::of(&answer);
                let optional = super::checkboxes(&text);
                let chosen: Vec<(&str, &str)> = optional
                    .iter()
                    .map(|name| ("scope", name.as_str()))
                    .collect();
                answer = browser.press(server, &page, "allow", &chosen).await;
            } else {
                break;
            }
        }
        let answered = answered(&answer);
        match answered.get("code") {
            Some(code) => code.clone(),
            None => panic!("no code: {answered:?}"),
        }
    }

    /// The token response of a code that a person allowed.
    pub async fn tokens(&self, server: &TestServer, person: &Person, scope: &str) -> Value {
        let code = self.code(server, person, scope).await;
        self.redeem(server, &code).await.expect(200).json()
    }

    /// An access token that a person allowed.
    pub async fn token_of(&self, server: &TestServer, person: &Person, scope: &str) -> String {
        let tokens = self.tokens(server, person, scope).await;
        tokens["access_token"].as_str().unwrap().to_owned()
    }
}

/// The claims of a JWT, whoever signed it.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
