//! What two worlds have in common: realms, schemas, scopes and callers. It is made once; each world
//! goes on with a copy of its database, so that every id, key and token made so far is the same.

use crate::{
    rights::{self, Rights, Type},
    rng::Rng,
    schemas,
    side::{Keeper, PlannedIds, Side},
    support::{Answer, Client, TestServer},
};
use serde_json::{Value, json};
use std::sync::Arc;

/// Callers of one stage.
const CALLERS: usize = 8;
/// The longest that a token may live, in seconds.
const LIFETIME: u32 = 24 * 60 * 60;
/// Management scopes that show nothing in which two worlds may differ.
const HARMLESS: [&str; 4] = [
    "scopes:read",
    "schemas:read",
    "resource-types:read",
    "keys:read",
];

/// A client and what its token lets it see.
pub struct Caller {
    pub client: Client,
    pub token: String,
    pub rights: Rights,
    /// What is asked for when it gets another token.
    pub scope: String,
}

pub struct Stage {
    pub seed: u64,
    pub sides: [Side; 2],
    pub types: Vec<Type>,
    pub callers: Vec<Caller>,
    /// Of the callers' realm.
    pub home: Keeper,
    /// Of another realm of the tenant, and of another tenant's.
    pub elsewhere: [Keeper; 2],
    /// Another client of the callers' realm, which may read everything.
    pub rival: Keeper,
}

struct Realm<'a> {
    server: &'a TestServer,
    admin: &'a Client,
    token: String,
}

impl Realm<'_> {
    async fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        let path = self.admin.path(path);
        self.server
            .call(method, &path, &self.token, Some(body))
            .await
    }

    async fn make(&self, path: &str, body: Value) -> Value {
        self.send("POST", path, body).await.expect(201).json()
    }

    /// A service account with these scopes.
    async fn client(&self, name: &str, format: &str, scopes: &[String]) -> Client {
        let body = json!({
            "name": name, "service_account": true, "access_token_lifetime": LIFETIME,
            "access_token_format": format,
        });
        let made = self.make("/applications", body).await;
        let text = |field: &str| made[field].as_str().unwrap().to_owned();
        let assigned = format!("/applications/{}/assigned-scopes", text("id"));
        for scope in scopes {
            self.make(&assigned, json!({ "scope": scope })).await;
        }
        Client {
            realm: self.admin.realm.clone(),
            id: text("client_id"),
            secret: text("client_secret"),
        }
    }

    async fn keeper(&self, name: &str) -> Keeper {
        let scopes = ["scim:read".to_owned(), "scim:write".to_owned()];
        let client = self.client(name, "opaque", &scopes).await;
        let token = client.token(self.server, Some("scim:read scim:write"));
        let token = token.await;
        Keeper { client, token }
    }

    async fn types(&self, rng: &mut Rng) {
        for schema in schemas::schemas(rng) {
            self.make("/schemas", schema).await;
        }
        for resource_type in schemas::resource_types() {
            self.make("/resource-types", resource_type).await;
        }
        let path = "/resource-types?filter=name%20eq%20%22User%22";
        let path = self.admin.path(path);
        let found = self.server.call("GET", &path, &self.token, None).await;
        let user = found.expect(200).json()["items"][0].clone();
        let mut extensions = user["schema_extensions"].as_array().unwrap().clone();
        extensions.push(json!({ "schema": schemas::BADGE, "required": false }));
        let path = format!("/resource-types/{}", user["id"].as_str().unwrap());
        let patch = json!({ "schema_extensions": extensions });
        self.send("PATCH", &path, patch).await.expect(200);
    }

    async fn caller(&self, number: usize, types: &[Type], rng: &mut Rng) -> Caller {
        let mut rights = Rights::default();
        let mut scopes = Vec::new();
        if number == 0 {
            // Full rights: other realms and passwords are hidden still.
            scopes.extend(["scim:read".to_owned(), "scim:write".to_owned()]);
            rights = Rights::all(types);
        } else {
            let [users, groups, devices, _] = types else {
                panic!("four types");
            };
            for n in 0..1 + rng.below(4) {
                let of = match rng.below(10) {
                    _ if n == 0 && number % 4 != 3 => users,
                    0..5 => users,
                    5..7 => groups,
                    _ => devices,
                };
                let name = format!("caller-{number}:scope-{n}");
                let definition = rights.draw_scope(&name, of, n == 0, rng);
                self.make("/scopes", definition).await;
                scopes.push(name);
            }
        }
        for name in HARMLESS {
            if rng.chance(40) {
                scopes.push(name.to_owned());
            }
        }
        let format = *rng.pick(&["jwt", "opaque"]);
        let client = self
            .client(&format!("Caller {number}"), format, &scopes)
            .await;
        let scope = scopes.join(" ");
        let token = client.token(self.server, Some(&scope)).await;
        Caller {
            client,
            token,
            rights,
            scope,
        }
    }
}

impl Stage {
    pub async fn set(seed: u64) -> Self {
        let rng = &mut Rng::of(seed, 0);
        let server = TestServer::start().await;
        let admin = server.add_realm("acme", "main").await;
        let other = server.add_realm("other", "main").await;
        let side = beside(&server).await;
        let mut elsewhere = Vec::new();
        for (admin, name) in [(&side, "side"), (&other, "other")] {
            let token = admin.token(&server, None).await;
            let (server, name) = (&server, format!("Keeper of {name}"));
            let realm = Realm {
                server,
                admin,
                token,
            };
            elsewhere.push(realm.keeper(&name).await);
        }
        let token = admin.token(&server, None).await;
        let realm = Realm {
            server: &server,
            admin: &admin,
            token,
        };
        realm.types(rng).await;
        let types = rights::types(&server.snapshot_of(&admin.realm));
        let home = realm.keeper("Keeper").await;
        let rival = realm.keeper("Rival").await;
        let mut callers = Vec::new();
        for number in 0..CALLERS {
            callers.push(realm.caller(number, &types, rng).await);
        }
        let ids: [Arc<PlannedIds>; 2] = Default::default();
        let [left, right] = server.twins([ids[0].clone(), ids[1].clone()]).await;
        let [left_ids, right_ids] = ids;
        let sides = [
            Side {
                server: left,
                ids: left_ids,
            },
            Side {
                server: right,
                ids: right_ids,
            },
        ];
        diverge(&sides[rng.below(2)].server, &admin).await;
        let elsewhere = elsewhere.try_into().unwrap();
        Self {
            seed,
            sides,
            types,
            callers,
            home,
            elsewhere,
            rival,
        }
    }

    pub fn of(&self, name: &str) -> &Type {
        self.types.iter().find(|of| of.name == name).unwrap()
    }
}

/// One world gets a tenant, a realm with keys of its own, and another client with a token in the
/// callers' realm, more than the other.
async fn diverge(server: &TestServer, admin: &Client) {
    server.add_realm("hidden", "main").await;
    let token = admin.token(server, None).await;
    let realm = Realm {
        server,
        admin,
        token,
    };
    realm.keeper("Stranger").await;
}

/// Another realm of tenant `acme`; answers its administrator.
async fn beside(server: &TestServer) -> Client {
    let token = server.admin_token().await;
    let body = json!({ "name": "side" });
    let made = server
        .call("POST", "/v1/tenants/acme/realms", &token, Some(body))
        .await
        .expect(201)
        .json();
    let text = |field: &str| made["administrator"][field].as_str().unwrap().to_owned();
    Client {
        realm: domain::RealmKey::new(&"acme".parse().unwrap(), &"side".parse().unwrap()),
        id: text("client_id"),
        secret: text("client_secret"),
    }
}
