//! `ambit import ldif` into a running server.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};
use support::{Client, Folder, Server, ambit, read_json, stderr, stdout};

const ENTERPRISE: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const PEOPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/people.ldif");

/// A server with its administrator's client.
struct Realm {
    folder: Folder,
    admin: Client,
    _server: Server,
}

impl Realm {
    fn start() -> Self {
        let folder = Folder::new();
        let file = folder.text("admin.json");
        let server = Server::start(&folder, &["--bootstrap-credentials", &file]);
        let scopes =
            "scim:read scim:write scopes:create applications:create assigned-scopes:create";
        let admin = Client::new(&read_json(&folder.path("admin.json")), scopes);
        Self {
            folder,
            admin,
            _server: server,
        }
    }

    fn credentials(&self) -> Value {
        read_json(&self.folder.path("admin.json"))
    }

    /// Imports with `--json`; answers the exit code and the report.
    fn import(&self, file: &str, more: &[&str]) -> (i32, Value) {
        let admin = self.folder.text("admin.json");
        let output = ambit()
            .args(["import", "ldif", file, "--json", "--credentials", &admin])
            .args(more)
            .output()
            .unwrap();
        let code = output.status.code().unwrap();
        let report = serde_json::from_slice(&output.stdout);
        (
            code,
            report.unwrap_or_else(|_| panic!("{code}: {}", stderr(&output))),
        )
    }

    /// Every resource by its `externalId`.
    fn everything(&self) -> BTreeMap<String, Value> {
        let all = self
            .admin
            .all("Users")
            .into_iter()
            .chain(self.admin.all("Groups"));
        all.map(|one| {
            (
                one["externalId"].as_str().unwrap_or_default().to_owned(),
                one,
            )
        })
        .collect()
    }

    fn user(&self, name: &str) -> Value {
        let path = format!("/scim/v2/Users?filter=userName+eq+%22{name}%22");
        self.admin.get(&path)["Resources"][0].clone()
    }

    fn group(&self, name: &str) -> Value {
        let path = format!("/scim/v2/Groups?filter=displayName+eq+%22{name}%22");
        self.admin.get(&path)["Resources"][0].clone()
    }

    /// A client that reads name and e-mail of people, and nothing else.
    fn narrow_client(&self) -> Client {
        self.admin.create(
            "/scopes",
            &json!({
                "name": "contacts:read", "type": "resource", "scim_resource_type": "User",
                "resource_operations": ["retrieve", "search"],
                "resource_attributes": ["name", "emails"],
            }),
        );
        let client = json!({ "name": "narrow", "service_account": true });
        let client = self.admin.create("/applications", &client);
        let path = format!(
            "/applications/{}/assigned-scopes",
            client["id"].as_str().unwrap()
        );
        self.admin
            .create(&path, &json!({ "scope": "contacts:read" }));
        let mut credentials = self.credentials();
        for key in ["client_id", "client_secret"] {
            credentials[key] = client[key].clone();
        }
        Client::new(&credentials, "contacts:read")
    }
}

fn sum(counts: &Value) -> u64 {
    counts
        .as_object()
        .unwrap()
        .values()
        .map(|count| count.as_u64().unwrap())
        .sum()
}

/// The formula that every report keeps.
fn assert_adds_up(report: &Value) {
    let number = |key: &str| report[key].as_u64().unwrap();
    let rejected = report["rejected"].as_array().unwrap().len() as u64;
    let created = number("created_users") + number("created_groups");
    let all = created + number("updated") + sum(&report["skipped"]) + rejected;
    assert_eq!(number("read"), all, "{report}");
}

#[test]
fn people_and_groups_arrive_and_the_rest_is_reported() {
    let realm = Realm::start();
    let (code, report) = realm.import(PEOPLE, &[]);
    assert_eq!(code, 3, "some were rejected: {report}");
    assert_adds_up(&report);
    assert_eq!(report["read"], 11);
    assert_eq!(
        (&report["created_users"], &report["created_groups"]),
        (&json!(3), &json!(3))
    );
    assert_eq!(
        report["skipped"],
        json!({
            "neither a person nor a group: organization": 1,
            "neither a person nor a group: organizationalunit": 1,
        })
    );
    let rejected: Vec<_> = report["rejected"].as_array().unwrap().iter().collect();
    assert!(
        rejected[0]["reason"]
            .as_str()
            .unwrap()
            .contains("userName `Imogen` too")
    );
    assert!(rejected[1]["reason"].as_str().unwrap().contains("URL"));
    assert!(
        rejected[2]["reason"]
            .as_str()
            .unwrap()
            .contains("change record")
    );
    assert_eq!(
        report["unmapped"],
        json!({ "description": 1, "gidnumber": 1, "roomnumber": 1, "sn;lang-cs": 1 })
    );
    assert_eq!(report["passwords"], 1);
    assert_eq!(report["nested_groups"], 1);
    let dangling = report["dangling"].as_array().unwrap();
    let attributes: Vec<_> = dangling
        .iter()
        .map(|one| one["attribute"].as_str().unwrap())
        .collect();
    assert_eq!(attributes, ["manager", "uniquemember"]);

    let (imogen, jan, mei) = (realm.user("imogen"), realm.user("jan"), realm.user("mei"));
    assert_eq!(jan["displayName"], "Jan Dvořáček");
    assert_eq!(
        jan["name"],
        json!({ "formatted": "Jan Dvořáček", "familyName": "Dvoracek" })
    );
    assert_eq!(jan["emails"].as_array().unwrap().len(), 2);
    assert_eq!(jan[ENTERPRISE]["manager"]["value"], imogen["id"]);
    assert_eq!(jan["externalId"], "uid=jan,ou=people,o=larkspur");
    assert_eq!(
        (&mei["active"], &mei["name"]["formatted"]),
        (&json!(false), &json!("陳美"))
    );
    assert_eq!(mei["addresses"][0]["formatted"], "1 Quay\nBristol");
    assert!(mei[ENTERPRISE]["manager"].is_null());
    assert_eq!(imogen[ENTERPRISE]["department"], "Board");

    let ids = |group: &Value| -> BTreeSet<String> {
        let members = group["members"].as_array().unwrap().iter();
        members
            .map(|member| member["value"].as_str().unwrap().to_owned())
            .collect()
    };
    let set = |all: &[&Value]| {
        all.iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let (board, advisers) = (realm.group("Board"), realm.group("Advisers"));
    assert_eq!(ids(&board), set(&[&imogen, &advisers]));
    assert_eq!(ids(&advisers), set(&[&mei]));
    assert_eq!(ids(&realm.group("unix")), set(&[&imogen, &jan]));
}

#[test]
fn a_second_run_writes_nothing() {
    let realm = Realm::start();
    realm.import(PEOPLE, &[]);
    let before = realm.everything();
    let (_, report) = realm.import(PEOPLE, &[]);
    assert_adds_up(&report);
    assert_eq!(report["skipped"]["unchanged"], 6);
    assert_eq!(
        (&report["created_users"], &report["updated"]),
        (&json!(0), &json!(0))
    );
    assert_eq!(realm.everything(), before, "versions included");
}

#[test]
fn what_differs_is_updated_and_what_is_not_mapped_is_left_alone() {
    let realm = Realm::start();
    realm.import(PEOPLE, &[]);
    let path = format!(
        "/scim/v2/Users/{}",
        realm.user("imogen")["id"].as_str().unwrap()
    );
    let patch = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "add", "path": "nickName", "value": "Immy" }],
    });
    assert_eq!(realm.admin.send("PATCH", &path, Some(&patch)).0, 200);
    let text = std::fs::read_to_string(PEOPLE).unwrap();
    let text = text
        .replace("title: Director\n", "")
        .replace("+44 117 496 0001", "+44 117 496 0002")
        .replace("employeeNumber: 12", "employeeNumber: 13")
        .replace("memberUid: jan\n", "");
    let changed = realm.folder.write("changed.ldif", &text);

    let before = realm.everything();
    let (_, dry) = realm.import(&changed, &["--dry-run"]);
    assert_eq!(
        (&dry["updated"], &dry["dry_run"]),
        (&json!(3), &json!(true))
    );
    assert_eq!(realm.everything(), before, "a dry run wrote");

    let (_, report) = realm.import(&changed, &[]);
    assert_adds_up(&report);
    assert_eq!(
        (&report["updated"], &report["skipped"]["unchanged"]),
        (&json!(3), &json!(3))
    );
    let imogen = realm.user("imogen");
    assert!(imogen["title"].is_null());
    assert_eq!(imogen["nickName"], "Immy");
    assert_eq!(imogen["phoneNumbers"][0]["value"], "+44 117 496 0002");
    assert_eq!(realm.user("jan")[ENTERPRISE]["employeeNumber"], "13");
    let members = realm.group("unix")["members"].clone();
    assert_eq!(members.as_array().unwrap().len(), 1);
    assert_eq!(members[0]["value"], imogen["id"]);
}

#[test]
fn groups_of_one_file_have_members_of_another() {
    let realm = Realm::start();
    let text = std::fs::read_to_string(PEOPLE).unwrap();
    let (people, groups) = text.split_at(text.find("dn: cn=Board").unwrap());
    let people = realm.folder.write("people.ldif", people);
    let groups = realm.folder.write(
        "groups.ldif",
        groups.split("dn: uid=IMOGEN").next().unwrap(),
    );
    assert_eq!(realm.import(&people, &[]).0, 0);
    let (code, report) = realm.import(&groups, &[]);
    assert_eq!(
        (code, &report["created_groups"]),
        (0, &json!(3)),
        "{report}"
    );
    assert_eq!(report["dangling"].as_array().unwrap().len(), 1, "{report}");
    for (group, members) in [("Board", 2), ("Advisers", 1), ("unix", 2)] {
        let found = realm.group(group)["members"].as_array().unwrap().len();
        assert_eq!(found, members, "{group}");
    }
    let before = realm.everything();
    assert_eq!(realm.import(&groups, &[]).1["skipped"]["unchanged"], 3);
    assert_eq!(realm.everything(), before);
}

#[test]
fn somebody_who_is_there_already_is_never_taken_over() {
    let realm = Realm::start();
    let schemas = json!(["urn:ietf:params:scim:schemas:core:2.0:User"]);
    let body = json!({ "schemas": schemas, "userName": "JAN", "title": "untouched" });
    realm.admin.create("/scim/v2/Users", &body);
    let (code, report) = realm.import(PEOPLE, &[]);
    assert_eq!(code, 3);
    assert_adds_up(&report);
    let reasons = report["rejected"].to_string();
    assert!(
        reasons.contains("another person with the userName `jan`"),
        "{reasons}"
    );
    assert_eq!(realm.user("jan")["title"], "untouched");
}

#[test]
fn t11_the_secret_comes_from_the_environment_or_a_file_and_never_in_clear_text() {
    let realm = Realm::start();
    let credentials = realm.credentials();
    let text = |key: &str| credentials[key].as_str().unwrap();
    let base = text("issuer").split("/v1/").next().unwrap();
    let import = |base: &str| {
        let mut command = ambit();
        command.args([
            "import",
            "ldif",
            PEOPLE,
            "--base-url",
            base,
            "--client-id",
            text("client_id"),
        ]);
        command
    };
    let output = import(base)
        .env("AMBIT_CLIENT_SECRET", text("client_secret"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(
        stdout(&output).contains("6 created: 3 people, 3 groups"),
        "{}",
        stdout(&output)
    );
    let file = realm.folder.write("secret", text("client_secret"));
    let output = import(base)
        .args(["--client-secret-file", &file])
        .output()
        .unwrap();
    assert!(
        stdout(&output).contains("6 unchanged"),
        "{}",
        stdout(&output)
    );

    let output = import(base).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("AMBIT_CLIENT_SECRET"));
    let output = import(base)
        .env("AMBIT_CLIENT_SECRET", "canary")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("invalid_client") || stderr(&output).contains("401"));
    assert!(!stderr(&output).contains("canary"));
    let far = import("http://id.example.com")
        .env("AMBIT_CLIENT_SECRET", "canary")
        .output()
        .unwrap();
    assert_eq!(far.status.code(), Some(2));
    assert!(stderr(&far).contains("in clear text"), "{}", stderr(&far));
}

#[test]
fn what_can_not_be_read_or_reached_is_said() {
    let realm = Realm::start();
    let admin = realm.folder.text("admin.json");
    let other = realm
        .folder
        .write("v2.ldif", "version: 2\n\ndn: uid=a\nuid: a\n");
    let mut gone = realm.credentials();
    for key in ["issuer", "token_endpoint"] {
        gone[key] = json!("http://127.0.0.1:1/v1/tenants/default/realms/default/token");
    }
    let gone = realm.folder.write("gone.json", &gone.to_string());
    for (file, credentials, code, expected) in [
        (
            "/nowhere.ldif",
            admin.as_str(),
            1,
            "/nowhere.ldif can't be opened",
        ),
        (other.as_str(), admin.as_str(), 1, "version 2"),
        (PEOPLE, "/nowhere.json", 1, "/nowhere.json can't be read"),
        (PEOPLE, other.as_str(), 1, "holds no credentials"),
        (PEOPLE, gone.as_str(), 1, "127.0.0.1:1"),
    ] {
        let arguments = ["import", "ldif", file, "--credentials", credentials];
        let output = ambit().args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{expected}");
        assert!(
            stderr(&output).contains(expected),
            "{expected}: {}",
            stderr(&output)
        );
    }
}

/// Where real directory exports are, which are not part of this repository.
fn directory() -> PathBuf {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/directory");
    std::env::var_os("AMBIT_LDIF_DIR").map_or(beside, PathBuf::from)
}

#[test]
fn real_directories_are_imported_twice_and_read_back_through_a_narrow_scope() {
    let directory = directory();
    let files = [
        ("Example.ldif", 160, 150, 5),
        ("European.ldif", 614, 353, 125),
    ];
    if !files
        .iter()
        .all(|(name, ..)| directory.join(name).is_file())
    {
        eprintln!(
            "skipped: no Example.ldif and European.ldif in {} (AMBIT_LDIF_DIR)",
            directory.display()
        );
        return;
    }
    let realm = Realm::start();
    for (name, entries, people, groups) in files {
        let file = directory.join(name);
        let (code, report) = realm.import(file.to_str().unwrap(), &[]);
        assert_eq!(code, 0, "{report}");
        assert_adds_up(&report);
        assert_eq!(report["read"], entries);
        assert_eq!(report["created_users"], people);
        assert_eq!(report["created_groups"], groups);
        assert_eq!(report["passwords"], 150);
        let before = realm.everything();
        let (_, again) = realm.import(file.to_str().unwrap(), &[]);
        assert_adds_up(&again);
        assert_eq!(again["skipped"]["unchanged"], people + groups);
        assert_eq!(realm.everything(), before, "a second run wrote");
    }
    let narrow = realm.narrow_client();
    let people = narrow.all("Users");
    assert_eq!(people.len(), 503);
    for person in &people {
        for attribute in person.as_object().unwrap().keys() {
            assert!(
                ["schemas", "id", "meta", "name", "emails"].contains(&attribute.as_str()),
                "{person}"
            );
        }
        assert!(person["name"]["familyName"].is_string());
    }
    assert_eq!(narrow.send("GET", "/scim/v2/Groups", None).0, 403);
}
