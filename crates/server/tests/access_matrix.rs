//! `access-matrix.txt`: which built-in scope allows which operation, asked of the engine itself, so
//! that a change of access shows as a change of a reviewed file.
//!
//! After a change that is meant: `AMBIT_BLESS=1 cargo test -p server --test access_matrix`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod support;

use domain::{management::table::OPERATIONS, snapshot::RealmSnapshot};
use scope::{
    AccountOperation, Action, ConsentOperation, Decision, EffectiveGrant,
    ExternalIdentityOperation, GrantedScope, ManagementRight, Named, Operation, ScopeId,
    SubResourceOperation, Subject, Target,
};
use std::{collections::BTreeSet, fmt::Write};
use support::TestServer;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../access-matrix.txt");

const SOMEONE: &str = "someone";

const HEAD: &str = "\
# Which built-in scope allows which operation by itself, asked of the engine. Generated; reviewed.
# `-` means none does. Scopes in brackets do so only for a token whose subject is a person.
# Refresh: AMBIT_BLESS=1 cargo test -p server --test access_matrix
";

#[tokio::test]
async fn the_matrix_is_the_committed_one() {
    let server = TestServer::start().await;
    let names: Vec<String> = scope::built_in_scopes()
        .iter()
        .map(|scope| scope.name.to_string())
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let client = server.add_client(&names, |_| ()).await;
    // A person whom roles hinder in nothing: what each role allows stands below.
    server
        .add_role("everything", scope::RoleRights::everything(), SOMEONE)
        .await;
    let matrix = Matrix::new(&server.snapshot(), &client.id).to_string();
    if std::env::var_os("AMBIT_BLESS").is_some() {
        std::fs::write(COMMITTED, &matrix).unwrap();
    }
    let committed = std::fs::read_to_string(COMMITTED).unwrap();
    let (committed, now): (Vec<_>, Vec<_>) =
        (committed.lines().collect(), matrix.lines().collect());
    for (line, (old, new)) in committed.iter().zip(&now).enumerate() {
        assert_eq!(
            old,
            new,
            "access-matrix.txt, line {}: access has changed",
            line + 1
        );
    }
    assert_eq!(
        committed.len(),
        now.len(),
        "access-matrix.txt has another length"
    );
}

/// Every built-in scope alone, as a client's own and as a person's.
struct Matrix<'a> {
    snapshot: &'a RealmSnapshot,
    scopes: Vec<(String, EffectiveGrant, EffectiveGrant)>,
}

impl<'a> Matrix<'a> {
    fn new(snapshot: &'a RealmSnapshot, client: &str) -> Self {
        let catalogue = snapshot.catalogue();
        let client = snapshot.client(client).unwrap().id;
        let grant = |scope: ScopeId, version, subject| {
            EffectiveGrant::new(
                catalogue,
                client,
                subject,
                &[GrantedScope { scope, version }],
            )
        };
        let person = || Subject::Person {
            user: SOMEONE.to_owned(),
        };
        let mut scopes: Vec<_> = catalogue
            .scopes()
            .map(|scope| {
                let (id, version) = (scope.id(), scope.version());
                let own = grant(id, version, Subject::Client);
                (
                    scope.definition().name.to_string(),
                    own,
                    grant(id, version, person()),
                )
            })
            .collect();
        scopes.sort_by(|a, b| a.0.cmp(&b.0));
        Self { snapshot, scopes }
    }

    /// The scopes that allow an action.
    fn allowing(&self, action: &Action<'_>) -> String {
        let allows = |grant| scope::decide(self.snapshot.catalogue(), grant, action).is_allowed();
        let names = self.scopes.iter().filter_map(|(name, own, persons)| {
            match (allows(own), allows(persons)) {
                (true, true) => Some(name.clone()),
                (false, true) => Some(format!("[{name}]")),
                (true, false) => panic!("{name} allows a client what it does not allow a person"),
                (false, false) => None,
            }
        });
        let names: Vec<String> = names.collect();
        if names.is_empty() {
            "-".to_owned()
        } else {
            names.join(" ")
        }
    }

    /// For each scope that allows an action on attributes, which ones: `*` for all.
    fn attributes(&self, action: &Action<'_>, resource_type: scope::TypeId) -> Vec<String> {
        let catalogue = self.snapshot.catalogue();
        let schema = catalogue.schema(resource_type).unwrap();
        let lines = self.scopes.iter().filter_map(|(name, _, persons)| {
            let Decision::Allowed { attributes, .. } = scope::decide(catalogue, persons, action)
            else {
                return None;
            };
            let whole = schema
                .roots()
                .filter(|root| schema.all(attributes, root.id));
            let part = schema.nodes().iter().filter(|node| {
                let whole_above = node
                    .parent
                    .is_some_and(|parent| schema.all(attributes, parent));
                node.is_leaf()
                    && node.parent.is_some()
                    && attributes.contains(node.id)
                    && !whole_above
            });
            let paths: BTreeSet<&str> = whole.chain(part).map(|node| node.path.as_str()).collect();
            let missing = schema
                .all_attributes()
                .iter()
                .filter(|leaf| !attributes.contains(*leaf));
            let missing: Vec<&str> = missing
                .map(|leaf| schema.node(leaf).path.as_str())
                .collect();
            let shown = match missing.as_slice() {
                [] => "*".to_owned(),
                few if few.len() <= 8 => format!("* but {}", few.join(" ")),
                _ if paths.is_empty() => "-".to_owned(),
                _ => paths.into_iter().collect::<Vec<_>>().join(" "),
            };
            Some(format!("    {name}: {shown}"))
        });
        lines.collect()
    }

    fn write(&self, f: &mut impl Write) -> std::fmt::Result {
        f.write_str(HEAD)?;
        writeln!(f, "\n# Management API")?;
        for operation in OPERATIONS {
            let scopes = self.allowing(&Action::Management {
                rights: &[operation.right],
            });
            writeln!(f, "{} {}: {scopes}", operation.method, operation.path)?;
        }
        writeln!(
            f,
            "\n# Rights of the management API that no operation needs yet"
        )?;
        let used = |right: &ManagementRight| OPERATIONS.iter().any(|o| o.right == *right);
        for right in ManagementRight::all().filter(|right| !used(right)) {
            let scopes = self.allowing(&Action::Management { rights: &[right] });
            writeln!(f, "{right}: {scopes}")?;
        }
        writeln!(f, "\n# SCIM, and the attributes that each scope reaches")?;
        let mut types: Vec<_> = self.snapshot.catalogue().types().collect();
        types.sort_by_key(|(_, entry)| entry.name());
        for (resource_type, entry) in types {
            for operation in Operation::ALL.iter().copied() {
                let action = Action::Scim {
                    resource_type,
                    operation,
                    attributes: None,
                };
                writeln!(
                    f,
                    "{operation} {}: {}",
                    entry.name(),
                    self.allowing(&action)
                )?;
                for line in self.attributes(&action, resource_type) {
                    writeln!(f, "{line}")?;
                }
            }
        }
        writeln!(
            f,
            "\n# One's own identity, and the attributes that each scope reaches"
        )?;
        let identity = self.snapshot.catalogue().identity_type().unwrap();
        for operation in Operation::ALL.iter().copied() {
            let action = Action::Me {
                operation,
                attributes: None,
            };
            writeln!(f, "{operation} /Me: {}", self.allowing(&action))?;
            for line in self.attributes(&action, identity) {
                writeln!(f, "{line}")?;
            }
        }
        writeln!(f, "/userinfo: {}", self.allowing(&Action::UserInfo))?;
        for line in self.attributes(&Action::UserInfo, identity) {
            writeln!(f, "{line}")?;
        }
        writeln!(f, "\n# Sub-resources")?;
        for operation in sub_resource_operations() {
            for (whose, target) in [("own", Target::Own), ("any User's", Target::Any(identity))] {
                let action = Action::SubResource { target, operation };
                writeln!(f, "{operation}, {whose}: {}", self.allowing(&action))?;
            }
        }
        self.write_roles(f)
    }
}

impl Matrix<'_> {
    /// What the built-in roles let clients do for people.
    fn write_roles(&self, f: &mut impl Write) -> std::fmt::Result {
        writeln!(f, "\n# Built-in roles")?;
        let mut roles: Vec<_> = self.snapshot.config().roles.values().collect();
        roles.retain(|role| role.built_in);
        roles.sort_by(|a, b| a.name.cmp(&b.name));
        for role in roles {
            for (does, rights) in [("holds", role.holds), ("may delegate", role.may_delegate)] {
                let names: Vec<String> = rights.iter().map(|right| right.to_string()).collect();
                let names = if names.is_empty() {
                    "-".to_owned()
                } else {
                    names.join(" ")
                };
                writeln!(f, "{} {does}: {names}", role.name)?;
            }
            let capabilities = role.delegates_capabilities;
            writeln!(f, "{} delegates capabilities: {capabilities}", role.name)?;
        }
        Ok(())
    }
}

fn sub_resource_operations() -> impl Iterator<Item = SubResourceOperation> {
    let consent = ConsentOperation::ALL
        .iter()
        .copied()
        .map(SubResourceOperation::Consent);
    let external = ExternalIdentityOperation::ALL.iter().copied();
    let account = AccountOperation::ALL
        .iter()
        .copied()
        .map(SubResourceOperation::Account);
    consent
        .chain(external.map(SubResourceOperation::ExternalIdentity))
        .chain(account)
}

impl std::fmt::Display for Matrix<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.write(f)
    }
}
