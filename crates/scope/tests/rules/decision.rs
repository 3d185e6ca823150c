//! Decisions and their records (product §6.1, §6.3, §7).

use crate::fixture::{grant, leaves, person, realm, scope_id};
use scope::{
    AccountOperation, Action, Catalogue, ConsentOperation, Decision, DenialReason, EffectiveGrant,
    ExternalIdentityOperation, ManagementRight, Operation, Outcome, Rule, SubResourceOperation,
    Subject, Target, built_in_scopes, decide,
};
use serde_json::{Value, json};

fn users(name: &str, operations: &[&str], attributes: &[&str]) -> Value {
    json!({"name": name, "type": "resource", "scim_resource_type": "User",
        "resource_operations": operations, "resource_attributes": attributes})
}

fn built_in(name: &str) -> Value {
    let scope = built_in_scopes()
        .into_iter()
        .find(|s| s.name.as_str() == name)
        .unwrap();
    Value::Object(scope.to_json())
}

fn denial(decision: Decision<'_>) -> DenialReason {
    assert_eq!(decision.record().outcome(), Outcome::Denied);
    assert_eq!(decision.record().decided_by, None);
    match decision {
        Decision::Denied { reason, record } => {
            assert_eq!(record.rule, Rule::Denied(reason));
            reason
        }
        Decision::Allowed { .. } => panic!("allowed"),
    }
}

fn read_users(
    realm: &Catalogue,
    grant: &EffectiveGrant,
    needed: Option<&[&str]>,
) -> (bool, Option<scope::ScopeId>, Rule) {
    let needed = needed.map(|paths| leaves(realm, "User", paths));
    let resource_type = realm.type_named("User").unwrap();
    let action = Action::Scim {
        resource_type,
        operation: Operation::Retrieve,
        attributes: needed.as_ref(),
    };
    let decision = decide(realm, grant, &action);
    let record = *decision.record();
    assert_eq!(record.catalogue_version, realm.version());
    (decision.is_allowed(), record.decided_by, record.rule)
}

/// The record names the first scope that suffices alone, else that scopes add up.
#[test]
fn the_record_says_which_scope_and_which_rule_decided() {
    let realm = realm(&[
        json!({"name": "g", "type": "generic"}),
        users("names", &["retrieve"], &["userName", "name"]),
        users("titles", &["retrieve"], &["title"]),
        users("all", &["retrieve"], &["*"]),
    ]);
    let some = grant(&realm, Subject::Client, [1, 2, 3]);
    let (one, both) = (Some(&["name", "id"][..]), Some(&["title", "userName"][..]));
    assert_eq!(
        read_users(&realm, &some, None),
        (true, Some(scope_id(2)), Rule::Scope)
    );
    assert_eq!(
        read_users(&realm, &some, one),
        (true, Some(scope_id(2)), Rule::Scope)
    );
    assert_eq!(
        read_users(&realm, &some, Some(&["title"])),
        (true, Some(scope_id(3)), Rule::Scope)
    );
    assert_eq!(
        read_users(&realm, &some, both),
        (true, Some(scope_id(2)), Rule::Union)
    );
    let more = grant(&realm, Subject::Client, [1, 2, 3, 4]);
    assert_eq!(
        read_users(&realm, &more, both),
        (true, Some(scope_id(4)), Rule::Scope)
    );
}

#[test]
fn what_is_allowed_comes_with_its_attributes() {
    let realm = realm(&[
        users("a", &["search"], &["title"]),
        users("b", &["search"], &["locale"]),
    ]);
    let grant = grant(&realm, Subject::Client, [1, 2]);
    let user = realm.type_named("User").unwrap();
    let action = Action::Scim {
        resource_type: user,
        operation: Operation::Search,
        attributes: None,
    };
    let Decision::Allowed { attributes, record } = decide(&realm, &grant, &action) else {
        panic!()
    };
    assert_eq!(*attributes, leaves(&realm, "User", &["title", "locale"]));
    assert_eq!(record.outcome(), Outcome::Allowed);
}

/// T3: each operation is a right of its own, on the named type only.
#[test]
fn t3_operations_and_types_are_separate() {
    for (n, allowed) in ["retrieve", "modify", "create", "delete", "search"]
        .into_iter()
        .enumerate()
    {
        let realm = realm(&[users("a", &[allowed], &["*"])]);
        let grant = grant(&realm, Subject::Client, [1]);
        for (id, entry) in realm.types() {
            for operation in OPERATIONS {
                let action = Action::Scim {
                    resource_type: id,
                    operation,
                    attributes: None,
                };
                let expected = entry.name() == "User" && operation == OPERATIONS[n];
                assert_eq!(decide(&realm, &grant, &action).is_allowed(), expected);
            }
        }
    }
}

const OPERATIONS: [Operation; 5] = [
    Operation::Retrieve,
    Operation::Modify,
    Operation::Create,
    Operation::Delete,
    Operation::Search,
];

/// G3: nothing granted, nothing allowed; a type that does not exist neither.
#[test]
fn g3_the_default_is_deny() {
    let realm = realm(&[]);
    let grant = grant(&realm, person(), []);
    let right: ManagementRight = "scopes:read".parse().unwrap();
    let user = realm.type_named("User").unwrap();
    let nowhere = scope::TypeId::from_index(77).unwrap();
    let operation = SubResourceOperation::Account(AccountOperation::ResetPassword);
    for action in [
        Action::Scim {
            resource_type: user,
            operation: Operation::Retrieve,
            attributes: None,
        },
        Action::Scim {
            resource_type: nowhere,
            operation: Operation::Retrieve,
            attributes: None,
        },
        Action::Me {
            operation: Operation::Retrieve,
            attributes: None,
        },
        Action::SubResource {
            target: Target::Own,
            operation,
        },
        Action::SubResource {
            target: Target::Any(user),
            operation,
        },
        Action::UserInfo,
        Action::Management { rights: &[right] },
        Action::Management { rights: &[] },
        Action::Service {
            method: "GET",
            path: "/integration/orders",
        },
    ] {
        let reason = denial(decide(&realm, &grant, &action));
        assert!(!reason.sentence(&realm).is_empty());
    }
}

#[test]
fn a_refusal_says_what_is_missing() {
    let realm = realm(&[users("a", &["retrieve", "modify"], &["name.givenName"])]);
    let grant = grant(&realm, Subject::Client, [1]);
    let user = realm.type_named("User").unwrap();
    let needed = leaves(&realm, "User", &["name"]);
    let said = |action: Action<'_>| denial(decide(&realm, &grant, &action)).sentence(&realm);
    let modify = Action::Scim {
        resource_type: user,
        operation: Operation::Modify,
        attributes: Some(&needed),
    };
    assert_eq!(
        said(modify),
        "no scope of the token allows to modify `name.formatted` of User"
    );
    let create = Action::Scim {
        resource_type: user,
        operation: Operation::Create,
        attributes: None,
    };
    assert_eq!(said(create), "no scope of the token allows to create User");
    let me = Action::Me {
        operation: Operation::Retrieve,
        attributes: None,
    };
    assert!(said(me).contains("needs a token whose subject is a person"));
    let right: ManagementRight = "scopes:read".parse().unwrap();
    let management = Action::Management { rights: &[right] };
    assert_eq!(said(management), "no scope of the token allows scopes:read");
}

/// `DELETE /Me` is always denied, and there is no create and no search, whatever is granted.
#[test]
fn at_me_only_retrieve_and_modify_exist() {
    let realm = realm(&[users(
        "a",
        &["retrieve", "modify", "create", "delete", "search"],
        &["*"],
    )]);
    let grant = grant(&realm, person(), [1]);
    for operation in OPERATIONS {
        let decision = decide(
            &realm,
            &grant,
            &Action::Me {
                operation,
                attributes: None,
            },
        );
        match operation {
            Operation::Retrieve | Operation::Modify => assert!(decision.is_allowed()),
            _ => assert_eq!(denial(decision), DenialReason::NeverOwn(operation)),
        }
    }
}

/// S14: `/Me` and `/userinfo` need a person.
#[test]
fn s14_a_clients_own_token_is_refused_at_me_and_userinfo() {
    let realm = realm(&[users("a", &["retrieve"], &["*"]), built_in("profile")]);
    let own = grant(&realm, Subject::Client, [1, 2]);
    for action in [
        Action::UserInfo,
        Action::Me {
            operation: Operation::Retrieve,
            attributes: None,
        },
    ] {
        assert_eq!(
            denial(decide(&realm, &own, &action)),
            DenialReason::PersonRequired
        );
    }
    // `/userinfo` takes any authenticated-identity scope that may retrieve, and no other.
    assert!(decide(&realm, &grant(&realm, person(), [2]), &Action::UserInfo).is_allowed());
    let other = grant(&realm, person(), [1]);
    assert_eq!(
        denial(decide(&realm, &other, &Action::UserInfo)),
        DenialReason::UserInfo
    );
}

/// Product §6.3: authenticated-identity scopes reach one's own, resource scopes any of the type.
#[test]
fn sub_resources_are_ones_own_or_any_of_the_type() {
    let operations = json!({"consent_operations": ["retrieve-consent"],
        "external_identity_operations": ["unlink-external-identity"],
        "account_operations": ["retrieve-account-state"]});
    let mut own =
        json!({"name": "own", "type": "authenticated-identity", "consent_prompt_text": "x"});
    let mut any = users("any", &["delete"], &["title"]);
    for (field, value) in crate::fixture::object(operations) {
        own[&field] = value.clone();
        any[&field] = value;
    }
    let realm = realm(&[own, any]);
    let user = realm.type_named("User").unwrap();
    let group = realm.type_named("Group").unwrap();
    let cases = [
        (
            SubResourceOperation::Consent(ConsentOperation::RetrieveConsent),
            true,
        ),
        (
            SubResourceOperation::Consent(ConsentOperation::RevokeConsent),
            false,
        ),
        (
            SubResourceOperation::Consent(ConsentOperation::RetrieveConsentHistory),
            false,
        ),
        (
            SubResourceOperation::ExternalIdentity(
                ExternalIdentityOperation::UnlinkExternalIdentity,
            ),
            true,
        ),
        (
            SubResourceOperation::ExternalIdentity(
                ExternalIdentityOperation::RetrieveExternalIdentity,
            ),
            false,
        ),
        (
            SubResourceOperation::Account(AccountOperation::RetrieveAccountState),
            true,
        ),
        (
            SubResourceOperation::Account(AccountOperation::ReplaceAccountState),
            false,
        ),
    ];
    for (operation, listed) in cases {
        for (scopes, target, reached) in [
            (1, Target::Own, true),
            (1, Target::Any(user), false),
            // What any resource of the type allows, one's own does.
            (2, Target::Own, true),
            (2, Target::Any(user), true),
            (2, Target::Any(group), false),
        ] {
            let action = Action::SubResource { target, operation };
            let grant = grant(&realm, person(), [scopes]);
            let decision = decide(&realm, &grant, &action);
            assert_eq!(
                decision.is_allowed(),
                listed && reached,
                "{operation} {target:?}"
            );
            if !decision.is_allowed() {
                assert_eq!(denial(decision), DenialReason::SubResource(operation));
            }
        }
        let client = grant(&realm, Subject::Client, [1, 2]);
        let action = Action::SubResource {
            target: Target::Own,
            operation,
        };
        assert_eq!(
            denial(decide(&realm, &client, &action)),
            DenialReason::PersonRequired
        );
    }
}

/// Product §7: all of a row's rights, from one scope or several; aliases have the rights too.
#[test]
fn management_needs_every_right_of_the_row() {
    let realm = realm(&[
        built_in("scopes:read"),
        built_in("connector:read"),
        built_in("connectors:read"),
        built_in("connector:write"),
        built_in("sync:profile:read"),
    ]);
    let right = |text: &str| text.parse::<ManagementRight>().unwrap();
    let allowed = |scopes: &[u128], rights: &[&str]| {
        let rights: Vec<_> = rights.iter().map(|text| right(text)).collect();
        let grant = grant(&realm, Subject::Client, scopes.iter().copied());
        let decision = decide(&realm, &grant, &Action::Management { rights: &rights });
        decision
            .is_allowed()
            .then(|| (decision.record().decided_by, decision.record().rule))
    };
    assert_eq!(
        allowed(&[1], &["scopes:read"]),
        Some((Some(scope_id(1)), Rule::Scope))
    );
    assert_eq!(allowed(&[1], &["scopes:update"]), None);
    assert_eq!(allowed(&[1], &["scopes:read", "connectors:read"]), None);
    let both = Some((Some(scope_id(1)), Rule::Union));
    assert_eq!(allowed(&[1, 2], &["scopes:read", "connectors:read"]), both);
    for alternative in [2, 3] {
        let (n, rule) = (Some(scope_id(alternative)), Rule::Scope);
        assert_eq!(
            allowed(&[alternative], &["connectors:read"]),
            Some((n, rule))
        );
    }
    for action in ["create", "update", "delete"] {
        assert!(allowed(&[4], &[&format!("connectors:{action}")]).is_some());
    }
    assert_eq!(allowed(&[4], &["connectors:read"]), None);
    assert!(allowed(&[5], &["sync-profiles:read"]).is_some());
    assert_eq!(allowed(&[5], &["sync-profiles:update"]), None);
}
