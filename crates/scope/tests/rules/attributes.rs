//! Which attributes an operation reaches (product §2.2, §6.2).

use crate::fixture::{ALWAYS, BADGE, ENTERPRISE, USER, grant, leaves, paths, person, realm};
use scope::{Catalogue, EffectiveGrant, Operation, Subject};
use serde_json::{Value, json};

fn resource(resource_type: &str, operations: &[&str], attributes: &[&str]) -> Value {
    let name = format!(
        "{resource_type}-{}-{}",
        operations.join("-"),
        attributes.len()
    );
    json!({"name": name, "type": "resource", "scim_resource_type": resource_type,
        "resource_operations": operations, "resource_attributes": attributes})
}

fn identity(operations: &[&str], attributes: &[&str]) -> Value {
    json!({"name": "me", "type": "authenticated-identity", "consent_prompt_text": "x",
        "resource_operations": operations, "resource_attributes": attributes})
}

fn granted(scopes: &[Value]) -> (Catalogue, EffectiveGrant) {
    let realm = realm(scopes);
    let grant = grant(&realm, person(), 1..=scopes.len() as u128);
    (realm, grant)
}

fn reached(scopes: &[Value], resource_type: &str, operation: Operation) -> Vec<String> {
    let (realm, grant) = granted(scopes);
    let id = realm.type_named(resource_type).unwrap();
    paths(&realm, resource_type, grant.attributes(id, operation))
}

fn at_me(scopes: &[Value], operation: Operation) -> Vec<String> {
    let (realm, grant) = granted(scopes);
    paths(&realm, "User", grant.me_attributes(&realm, operation))
}

/// Any right to retrieve gives `schemas`, `id`, `meta`; no other operation does.
#[test]
fn retrieve_always_gives_schemas_id_and_meta() {
    let scopes = [resource(
        "Device",
        &["retrieve", "search", "modify", "create"],
        &["serial"],
    )];
    let mut retrieve: Vec<&str> = ALWAYS.to_vec();
    retrieve.push("serial");
    assert_eq!(reached(&scopes, "Device", Operation::Retrieve), retrieve);
    for operation in [Operation::Search, Operation::Modify, Operation::Create] {
        assert_eq!(reached(&scopes, "Device", operation), ["serial"]);
    }
    assert_eq!(
        at_me(&[identity(&["retrieve"], &[])], Operation::Retrieve),
        ALWAYS
    );
}

/// Attributes without operations give nothing.
#[test]
fn attributes_without_operations_give_nothing() {
    let (realm, grant) = granted(&[identity(&[], &["*"])]);
    assert!(grant.me_attributes(&realm, Operation::Retrieve).is_none());
    assert!(grant.claim_attributes(&realm).is_none());
    assert!(grant.rights().is_empty());
}

/// A path may be written in any case, with the base schema's URN, name a whole complex attribute
/// or a whole extension.
#[test]
fn paths_name_all_that_is_below_them() {
    let scopes = [resource(
        "user",
        &["modify"],
        &[
            "NAME",
            &format!("{USER}:emails.VALUE"),
            BADGE,
            &format!("{ENTERPRISE}:manager"),
        ],
    )];
    assert_eq!(
        reached(&scopes, "User", Operation::Modify),
        [
            "name.formatted",
            "name.familyName",
            "name.givenName",
            "emails.value",
            &format!("{ENTERPRISE}:manager.value"),
            &format!("{ENTERPRISE}:manager.$ref"),
            &format!("{ENTERPRISE}:manager.displayName"),
            &format!("{BADGE}:number"),
            &format!("{BADGE}:emailVerified"),
        ]
    );
}

/// S5: what is never returned can be written, never read or searched by, not even by `*`.
#[test]
fn s5_a_password_is_written_and_never_read() {
    let all = ["retrieve", "search", "modify", "create"];
    for attributes in [&["*"][..], &["password", "userName"]] {
        let scopes = [resource("User", &all, attributes)];
        for operation in [Operation::Retrieve, Operation::Search] {
            assert!(!reached(&scopes, "User", operation).contains(&"password".to_owned()));
        }
        for operation in [Operation::Modify, Operation::Create] {
            assert!(reached(&scopes, "User", operation).contains(&"password".to_owned()));
        }
    }
}

/// `*` in the `modify` of an authenticated-identity scope leaves out what would raise a person's
/// own standing (S4, U7); naming it does not, but for the password.
#[test]
fn s4_star_does_not_let_people_raise_themselves() {
    let verified = format!("{BADGE}:emailVerified");
    let guarded = [
        "active",
        "entitlements.value",
        "roles.value",
        "password",
        &verified,
    ];
    let star = at_me(&[identity(&["modify"], &["*"])], Operation::Modify);
    for path in guarded {
        assert!(!star.contains(&path.to_owned()), "{path}");
    }
    assert!(star.contains(&"userName".to_owned()) && star.contains(&format!("{BADGE}:number")));
    let named = at_me(&[identity(&["modify"], &guarded)], Operation::Modify);
    assert_eq!(
        named,
        ["active", "entitlements.value", "roles.value", &verified]
    );
    // Nor does naming what they are a part of.
    let around = at_me(&[identity(&["modify"], &[BADGE])], Operation::Modify);
    assert_eq!(around, [format!("{BADGE}:number")]);
    // Reading one's own standing is another matter.
    let read = at_me(&[identity(&["retrieve"], &["*"])], Operation::Retrieve);
    assert!(read.contains(&"active".to_owned()) && read.contains(&verified));
}

/// The password is never writable as an attribute at `/Me`, whatever the scope.
#[test]
fn the_password_is_no_attribute_at_me() {
    let scopes = [resource("User", &["modify"], &["*"])];
    assert!(reached(&scopes, "User", Operation::Modify).contains(&"password".to_owned()));
    assert!(!at_me(&scopes, Operation::Modify).contains(&"password".to_owned()));
    assert!(at_me(&scopes, Operation::Modify).contains(&"active".to_owned()));
}

/// At `/Me` both kinds add up; at `/userinfo` and elsewhere they don't (product §6.2, §4).
#[test]
fn own_and_any_add_up_at_me_only() {
    let scopes = [
        identity(&["retrieve"], &["userName"]),
        resource("User", &["retrieve"], &["title"]),
    ];
    let (realm, grant) = granted(&scopes);
    let user = realm.type_named("User").unwrap();
    let read = |set| paths(&realm, "User", set);
    let [name, title] = ["userName", "title"].map(str::to_owned);
    let me = read(grant.me_attributes(&realm, Operation::Retrieve));
    assert!(me.contains(&name) && me.contains(&title));
    let any = read(grant.attributes(user, Operation::Retrieve));
    assert!(!any.contains(&name) && any.contains(&title));
    let claims = read(grant.claim_attributes(&realm));
    assert!(claims.contains(&name) && !claims.contains(&title));
}

/// A client that acts for itself has no identity of a person, though a scope speaks of one.
#[test]
fn s14_a_client_has_no_me() {
    let realm = realm(&[
        identity(&["retrieve", "modify"], &["*"]),
        resource("User", &["retrieve"], &["*"]),
    ]);
    let grant = grant(&realm, Subject::Client, [1, 2]);
    assert!(grant.me_attributes(&realm, Operation::Retrieve).is_none());
    assert!(grant.claim_attributes(&realm).is_none());
}

/// The built-in scopes that span every resource type span no sub-resource type.
#[test]
fn every_spans_types_and_no_sub_resource_type() {
    let every = json!({"name": "every", "type": "resource", "built_in": true,
        "scim_resource_type": "*", "resource_operations": ["search"], "resource_attributes": ["*"]});
    let (realm, grant) = granted(&[every]);
    for (id, entry) in realm.types() {
        let reached = grant.attributes(id, Operation::Search).is_some();
        assert_eq!(reached, !entry.sub_resource, "{}", entry.name());
    }
    // A scope on the whole does not reach its parts; one on the part does.
    assert_eq!(
        reached(
            &[resource("Consent", &["search"], &["state"])],
            "Consent",
            Operation::Search
        ),
        ["state"]
    );
}

mod cross_resource {
    //! S3, REG-19: what is resolved from another resource needs a right to that one.

    use super::*;

    fn display(resource_type: &'static str, path: &'static str, target: &'static str) {
        let shown = |operation: Operation, extra: &[Value]| {
            let mut scopes = vec![resource(resource_type, &["retrieve", "search"], &["*"])];
            scopes.extend_from_slice(extra);
            reached(&scopes, resource_type, operation).contains(&path.to_owned())
        };
        // `*` on User covers User.displayName itself.
        if resource_type != target {
            assert!(!shown(Operation::Retrieve, &[]), "{path}");
            let other = resource(target, &["retrieve", "search"], &["externalId"]);
            assert!(!shown(Operation::Retrieve, &[other]), "{path}");
        }
        let retrieve = resource(target, &["retrieve"], &["displayName"]);
        assert!(
            shown(Operation::Retrieve, std::slice::from_ref(&retrieve)),
            "{path}"
        );
        assert_eq!(
            shown(Operation::Search, &[retrieve]),
            resource_type == target,
            "{path}"
        );
        let search = resource(target, &["search"], &["displayName"]);
        assert!(shown(Operation::Search, &[search]), "{path}");
    }

    #[test]
    fn s3_a_name_is_shown_to_who_may_read_it_there() {
        display("User", "groups.display", "Group");
        display("Group", "members.display", "User");
        display(
            "User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName",
            "User",
        );
    }

    #[test]
    fn s3_a_member_may_be_a_group_whose_name_is_hidden() {
        let members = resource("Group", &["retrieve", "search"], &["members"]);
        let users = resource("User", &["retrieve", "search"], &["displayName"]);
        let groups = resource("Group", &["search"], &["displayName"]);
        let shown = |scopes: &[Value], operation| {
            reached(scopes, "Group", operation).contains(&"members.display".to_owned())
        };
        let some = [members.clone(), users.clone()];
        assert!(!shown(&some, Operation::Search) && !shown(&some, Operation::Retrieve));
        let all = [members, users, groups];
        assert!(shown(&all, Operation::Search) && !shown(&all, Operation::Retrieve));
    }

    #[test]
    fn s3_a_manager_is_not_named_without_the_right_to_names() {
        let manager = format!("{ENTERPRISE}:manager");
        let read = reached(
            &[resource("User", &["retrieve"], &[&manager])],
            "User",
            Operation::Retrieve,
        );
        assert!(read.contains(&format!("{manager}.value")));
        assert!(!read.contains(&format!("{manager}.displayName")));
    }

    #[test]
    fn s3_members_are_searched_by_only_who_may_see_people() {
        let groups = resource("Group", &["search", "retrieve"], &["*"]);
        let found = |extra: Option<Value>| {
            let scopes: Vec<_> = std::iter::once(groups.clone()).chain(extra).collect();
            reached(&scopes, "Group", Operation::Search).contains(&"members.value".to_owned())
        };
        assert!(!found(None));
        assert!(!found(Some(resource(
            "User",
            &["modify", "create"],
            &["*"]
        ))));
        assert!(found(Some(resource("User", &["retrieve"], &["title"]))));
        assert!(found(Some(resource("User", &["search"], &["title"]))));
        // Who the members are is an attribute of the group, readable as such.
        let read = reached(std::slice::from_ref(&groups), "Group", Operation::Retrieve);
        assert!(read.contains(&"members.value".to_owned()));
    }

    #[test]
    fn s3_groups_are_searched_by_only_who_may_see_groups() {
        let users = resource("User", &["search"], &["*"]);
        let found = |scopes: &[Value]| {
            reached(scopes, "User", Operation::Search).contains(&"groups.value".to_owned())
        };
        assert!(!found(std::slice::from_ref(&users)));
        assert!(found(&[
            users,
            resource("Group", &["retrieve"], &["externalId"])
        ]));
    }

    /// One's own identity shows no other resource either.
    #[test]
    fn s3_at_me_and_userinfo_too() {
        let own = identity(&["retrieve"], &["groups", &format!("{ENTERPRISE}:manager")]);
        let names = [
            "groups.display".to_owned(),
            format!("{ENTERPRISE}:manager.displayName"),
        ];
        let me = at_me(std::slice::from_ref(&own), Operation::Retrieve);
        assert!(me.contains(&"groups.value".to_owned()));
        assert!(names.iter().all(|name| !me.contains(name)));
        let both = [
            own,
            resource("Group", &["retrieve"], &["*"]),
            resource("User", &["retrieve"], &["displayName"]),
        ];
        let me = at_me(&both, Operation::Retrieve);
        assert!(names.iter().all(|name| me.contains(name)));
        let (realm, grant) = granted(&both[..1]);
        let claims = paths(&realm, "User", grant.claim_attributes(&realm));
        assert!(names.iter().all(|name| !claims.contains(name)));
        assert!(
            !leaves(&realm, "User", &["groups"]).is_subset(grant.claim_attributes(&realm).unwrap())
        );
    }
}
