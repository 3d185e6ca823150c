//! SCIM schemas and resource types of an administrator's own (product §5).

use crate::{
    api::{Api, broken},
    support::TestServer,
};
use domain::{
    RealmKey,
    store::{Change, Commit, Expect, ResourceId, ResourceWrite, Store, StoredResource},
};
use serde_json::{Value, json};

const DEVICE: &str = "urn:example:params:Device";

async fn make_device(api: &Api<'_>) -> (String, String) {
    let schema = api
        .make(
            "/schemas",
            json!({"urn": DEVICE, "name": "Device", "attributes": [
                {"name": "serial", "required": true, "case_exact": true, "uniqueness": "server"},
                {"name": "ports", "type": "complex", "multi_valued": true, "sub_attributes": [
                    {"name": "number", "type": "integer"},
                ]},
            ]}),
        )
        .await;
    let device = api
        .make(
            "/resource-types",
            json!({
                "name": "Device", "endpoint": "/Devices", "schema": DEVICE,
            }),
        )
        .await;
    let path = |of: &str, value: &Value| format!("/{of}/{}", value["id"].as_str().unwrap());
    (path("schemas", &schema), path("resource-types", &device))
}

/// A resource of a type, as SCIM would store it.
async fn store_resource(server: &TestServer, resource_type: &str) {
    let now = server.core.now();
    let id = ResourceId("0193f1c0-0000-4000-8000-00000000002a".into());
    let document = "{}".to_owned();
    let write = ResourceWrite {
        resource_type: resource_type.into(),
        resource: StoredResource {
            id,
            number: None,
            version: 1,
            created: now,
            modified: now,
            document,
        },
        index: Vec::new(),
        replaced: Vec::new(),
        touches: Vec::new(),
        display: None,
        password_hash: None,
    };
    let change = Change::PutResource {
        expect: Expect::Absent,
        write: Box::new(write),
    };
    let commit = Commit {
        realm: RealmKey::system(),
        changes: vec![change],
    };
    server.store.commit(commit).await.unwrap();
}

#[tokio::test]
async fn a_type_of_its_own_schema_is_made_used_and_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let (schema, device) = make_device(&api).await;
    let read = api.get(&schema).await.expect(200).json();
    assert_eq!(read["attributes"][0]["uniqueness"], "server");
    assert_eq!(
        read["attributes"][1]["sub_attributes"][0]["type"],
        "integer"
    );
    assert_eq!(read["built_in"], false);
    assert_eq!(
        api.get(&device).await.expect(200).json()["schema_extensions"],
        json!([])
    );
    // The built-in scopes span it at once.
    let snapshot = server.snapshot();
    assert!(snapshot.types().by_endpoint("Devices").is_some());
    assert_eq!(api.delete(&schema).await.code(409), "in_use");
    api.delete(&device).await.expect(204);
    api.delete(&schema).await.expect(204);
    api.get(&schema).await.expect(404);
}

#[tokio::test]
async fn built_in_types_are_extended_and_never_deleted() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let extension = "urn:example:params:Badge";
    api.make(
        "/schemas",
        json!({"urn": extension, "attributes": [{"name": "badge"}]}),
    )
    .await;
    let types = api
        .get("/resource-types?filter=name%20eq%20%22User%22")
        .await
        .json();
    let user = &types["items"][0];
    let path = format!("/resource-types/{}", user["id"].as_str().unwrap());
    let mut extensions = user["schema_extensions"].as_array().unwrap().clone();
    extensions.push(json!({"schema": extension}));
    let patched = api
        .patch(&path, json!({"schema_extensions": extensions}))
        .await
        .expect(200)
        .json();
    assert_eq!(
        patched["schema_extensions"][1],
        json!({"schema": extension, "required": false})
    );
    let users = server
        .snapshot()
        .types()
        .by_name("User")
        .unwrap()
        .schema
        .clone();
    assert!(users.lookup(&format!("{extension}:badge")).is_some());

    assert_eq!(api.delete(&path).await.code(409), "built_in");
    assert_eq!(
        api.patch(&path, json!({"endpoint": "/People"}))
            .await
            .field(),
        broken("endpoint", "immutable")
    );
    let schemas = api.get("/schemas?filter=built_in%20eq%20true").await.json();
    let schema = format!("/schemas/{}", schemas["items"][0]["id"].as_str().unwrap());
    assert_eq!(
        api.patch(&schema, json!({"name": "x"})).await.code(409),
        "built_in"
    );
    assert_eq!(api.delete(&schema).await.code(409), "built_in");
}

#[tokio::test]
async fn what_is_stored_stays_readable() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let (schema, device) = make_device(&api).await;
    let attributes = api.get(&schema).await.json()["attributes"]
        .as_array()
        .unwrap()
        .clone();
    api.patch(&schema, json!({"attributes": [attributes[0]]}))
        .await
        .expect(200);
    api.patch(&schema, json!({"attributes": attributes}))
        .await
        .expect(200);

    store_resource(&server, "Device").await;
    assert_eq!(
        api.patch(&schema, json!({"attributes": [attributes[0]]}))
            .await
            .code(409),
        "in_use"
    );
    let mut retyped = attributes.clone();
    retyped[0]["type"] = json!("integer");
    assert_eq!(
        api.patch(&schema, json!({"attributes": retyped}))
            .await
            .code(409),
        "in_use"
    );
    for (member, value) in [("returned", "never"), ("mutability", "writeOnly")] {
        let mut hidden = attributes.clone();
        hidden[1]["sub_attributes"][0][member] = json!(value);
        let refused = api.patch(&schema, json!({"attributes": hidden})).await;
        assert_eq!(refused.code(409), "in_use");
    }
    let mut more = attributes.clone();
    more.push(json!({"name": "room"}));
    api.patch(&schema, json!({"attributes": more}))
        .await
        .expect(200);

    let refused = api.delete(&device).await;
    assert_eq!(refused.code(409), "in_use");
    assert_eq!(refused.json()["used_by"][0]["kind"], "resources");
    api.make(
        "/schemas",
        json!({"urn": "urn:example:X", "attributes": [{"name": "x"}]}),
    )
    .await;
    let required = json!([{"schema": "urn:example:X", "required": true}]);
    assert_eq!(
        api.patch(&device, json!({"schema_extensions": required}))
            .await
            .code(409),
        "in_use"
    );
    let optional = json!([{"schema": "urn:example:X"}]);
    api.patch(&device, json!({"schema_extensions": optional}))
        .await
        .expect(200);
    assert_eq!(
        api.patch(&device, json!({"schema_extensions": []}))
            .await
            .code(409),
        "in_use"
    );
}

#[tokio::test]
async fn an_attribute_that_a_scope_names_is_kept() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let (schema, _) = make_device(&api).await;
    api.make(
        "/scopes",
        json!({
            "name": "devices:read", "type": "resource", "scim_resource_type": "Device",
            "resource_operations": ["retrieve"], "resource_attributes": ["ports.number"],
        }),
    )
    .await;
    let left = json!({"attributes": [{"name": "serial", "required": true}]});
    let refused = api.patch(&schema, left).await;
    assert_eq!(refused.code(409), "invalid_configuration");
    assert!(
        refused.text().contains("devices:read"),
        "{}",
        refused.text()
    );
}

#[tokio::test]
async fn an_error_in_a_schema_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    let attribute = |attribute: Value| json!({"urn": "urn:example:A", "attributes": [attribute]});
    for (body, field) in [
        (json!({"attributes": []}), "urn"),
        (json!({"urn": "urn:example:A"}), "attributes"),
        (
            json!({"urn": "http://example.com/a", "attributes": []}),
            "urn",
        ),
        (json!({"urn": "urn:example:A b", "attributes": []}), "urn"),
        (
            json!({"urn": "urn:example:A", "attributes": [], "id": "x"}),
            "id",
        ),
        (attribute(json!("x")), "attributes[0]"),
        (attribute(json!({"type": "string"})), "attributes[0].name"),
        (
            attribute(json!({"name": "a", "multiValued": true})),
            "attributes[0].multiValued",
        ),
        (
            attribute(json!({"name": "a", "returned": "sometimes"})),
            "attributes[0].returned",
        ),
        (
            attribute(json!({"name": "a", "returned": "never", "uniqueness": "server"})),
            "attributes[0].uniqueness",
        ),
        (attribute(json!({"name": "a b"})), "attributes"),
        (
            attribute(json!({"name": "a", "type": "complex"})),
            "attributes",
        ),
        (attribute(json!({"name": "schemas"})), "attributes"),
    ] {
        assert_eq!(
            api.post("/schemas", body.clone()).await.field().0,
            field,
            "{body}"
        );
    }
    for taken in [
        "urn:ietf:params:scim:schemas:core:2.0:USER",
        "urn:ietf:params:scim:schemas:core:2.0:Schema",
    ] {
        let refused = api
            .post("/schemas", json!({"urn": taken, "attributes": []}))
            .await;
        assert_eq!(refused.code(409), "duplicate", "{taken}");
    }
}

#[tokio::test]
async fn an_error_in_a_type_names_the_field() {
    let server = TestServer::start().await;
    let api = Api::admin(&server).await;
    make_device(&api).await;
    let good = json!({"name": "Printer", "endpoint": "/Printers", "schema": DEVICE});
    for (change, field) in [
        (json!({"name": null}), "name"),
        (json!({"name": "a b"}), "name"),
        (json!({"name": "ResourceType"}), "name"),
        (json!({"endpoint": "Printers"}), "endpoint"),
        (json!({"endpoint": "/a/b"}), "endpoint"),
        (json!({"endpoint": "/.search"}), "endpoint"),
        (json!({"endpoint": "/bulk"}), "endpoint"),
        (json!({"endpoint": "/Me"}), "endpoint"),
        (json!({"endpoint": "/Schemas"}), "endpoint"),
        (json!({"schema": "urn:example:Nothing"}), "schema"),
        (json!({"schema_extensions": {}}), "schema_extensions"),
        (
            json!({"schema_extensions": [{}]}),
            "schema_extensions[0].schema",
        ),
        (
            json!({"schema_extensions": [{"schema": "urn:example:Nothing"}]}),
            "schema_extensions[0].schema",
        ),
        (
            json!({"schema_extensions": [{"schema": DEVICE, "must": true}]}),
            "schema_extensions[0].must",
        ),
        (json!({"built_in": true}), "built_in"),
    ] {
        let mut body = good.clone();
        body.as_object_mut()
            .unwrap()
            .extend(change.as_object().unwrap().clone());
        assert_eq!(
            api.post("/resource-types", body).await.field().0,
            field,
            "{change}"
        );
    }
    for taken in [json!({"name": "device"}), json!({"endpoint": "/devices"})] {
        let mut body = good.clone();
        body.as_object_mut()
            .unwrap()
            .extend(taken.as_object().unwrap().clone());
        assert_eq!(
            api.post("/resource-types", body).await.code(409),
            "duplicate",
            "{taken}"
        );
    }
}
