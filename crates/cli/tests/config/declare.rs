//! A realm as one file: written, compared, applied.

use crate::{
    realm::Realm,
    support::{stderr, stdout},
};

fn filled() -> Realm {
    let realm = Realm::new();
    realm.folder.write("secret.txt", "hush\n");
    let secret = realm.folder.text("secret.txt");
    let file = realm.folder.write(
        "fill.batch",
        &format!(
            "create-resource-server --resource-server-name Orders --set identifier:https://orders.example\n\
             create-oauth2-scope --scope-name orders:read --type generic --set resource-server:Orders --set tag:b --set tag:a\n\
             create-oauth2-scope --scope-name hr:read --set scim-resource-type:User --set resource-operation:search --set resource-operation:retrieve --set 'resource-attribute:*' --set $'description:It\\'s\\n\"long\"'\n\
             create-scim-schema --schema-urn urn:example:Device --set name:Device --set 'attributes:[{{\"name\":\"serial\",\"type\":\"string\",\"required\":true}}]'\n\
             create-scim-schema --schema-urn urn:example:Badge --set name:Badge --set 'attributes:[{{\"name\":\"colour\",\"type\":\"string\"}}]'\n\
             create-scim-resource-type --type-name Device --set endpoint:/Devices --set schema:urn:example:Device\n\
             create-oauth2-scope --scope-name device:read --set scim-resource-type:Device --set resource-operation:retrieve --set resource-attribute:serial\n\
             create-identity-provider --provider-name Corporate --set issuer:https://login.example --set client-id:ambit --set 'client-secret<{secret}'\n\
             create-oauth2-client --client-name Payroll --type confidential --set grant-type:client_credentials --set service-account:true\n\
             create-permitted-scope --client-name Payroll --scope-name hr:read --set default:true\n\
             create-oauth2-client --client-name Web --client-version 2 --type public --set grant-type:refresh_token --set grant-type:authorization_code --set redirect-uri:https://z.example/cb --set redirect-uri:https://a.example/cb\n\
             create-permitted-scope --client-name Web --scope-name openid --set optional:true\n\
             create-service --service-name orders --set 'url:/integration/orders/*' --set method:GET\n\
             create-oauth2-scope --scope-name orders:use --set service:orders\n\
             create-role --role-name 'Help Desk' --set description:Reads --set scope:scopes:read\n\
             create-policy --policy-name later --set language:cedar --set $'text:forbid (principal,\\naction, resource);'\n\
             create-oauth2-client --client-name Berlin --type confidential --set grant-type:client_credentials --set service-account:true\n\
             create-connector --connector-name berlin --set application:Berlin\n\
             create-sync-profile --profile-name staff --set source:ldap --set server:ldaps://ldap.example.com --set base:dc=example,dc=com --set bind-name:cn=ambit,dc=example,dc=com --set 'bind-password<{secret}' --set connector:berlin --set 'attribute-mapping:{{\"sn\":\"name.familyName\"}}'\n\
             create-claim --claim-name department --set path:title --set path:nickName\n\
             set-claim-prop --claim-name picture --set path:profileUrl\n\
             set-scim-resource-type-prop --type-name User --set 'schema-extensions:[{{\"schema\":\"urn:example:Badge\",\"required\":false}}]'\n\
             set-realm-prop --set display-name:Main --set 'registration:{{\"open\":true,\"scopes\":[\"openid\"]}}'\n"
        ),
    );
    realm.says(&format!(
        "--batch-file {file} --secrets-file {}",
        realm.folder.text("new.json")
    ));
    realm
}

/// Runs a command with the variables that the file names secrets by.
fn with_secrets(realm: &Realm, arguments: &[&str]) -> std::process::Output {
    realm
        .command(arguments)
        .env("CORPORATE_CLIENT_SECRET", "hush")
        .env("STAFF_BIND_PASSWORD", "hush")
        .output()
        .unwrap()
}

#[test]
fn what_is_exported_applied_and_exported_is_the_same() {
    let (first, second) = (filled(), Realm::new());
    let written = first.says("export");
    assert!(!written.contains("hush"), "no secret is in it");
    assert!(
        written.contains("client_secret = { env = \"CORPORATE_CLIENT_SECRET\" }"),
        "{written}"
    );
    let file = second.folder.write("realm.toml", &written);

    assert!(
        written.contains("bind_password = { env = \"STAFF_BIND_PASSWORD\" }"),
        "{written}"
    );
    assert!(written.contains("connector = \"berlin\""), "{written}");
    assert!(written.contains("services = [\"orders\"]"), "{written}");
    assert!(
        written.contains("{ schema = \"urn:example:Badge\", required = false }"),
        "{written}"
    );

    // Not without the secret that it refers to.
    let (code, text) = second.refuses(&format!("apply {file} --yes"));
    assert_eq!(code, 1);
    assert_eq!(
        text,
        "ambit: Identity Provider `Corporate`: `client_secret` is to come from the variable \
         CORPORATE_CLIENT_SECRET, which is not set\n"
    );
    let secrets = second.folder.text("new.json");
    let arguments = ["apply", &file, "--yes", "--secrets-file", &secrets];
    let output = with_secrets(&second, &arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!stdout(&output).contains("hush"), "{}", stdout(&output));
    let kept = crate::support::read_json(secrets.as_ref());
    let names = kept
        .as_array()
        .unwrap()
        .iter()
        .map(|client| client["name"].as_str().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["Berlin", "Payroll"]);

    assert_eq!(second.says("export"), written);
    assert_eq!(second.says(&format!("plan {file}")), "No differences.\n");
    assert_eq!(first.says(&format!("plan {file}")), "No differences.\n");
}

#[test]
fn a_plan_shows_exactly_what_was_edited() {
    let realm = filled();
    let written = realm.says("export");
    let edited = written
        .replace("tags = [\"b\", \"a\"]", "tags = [\"b\", \"c\"]")
        .replace("display_name = \"Main\"", "display_name = \"Other\"")
        .replace(
            "[[claims]]\nname = \"department\"\npaths = [\"title\", \"nickName\"]\n\n",
            "",
        );
    let edited = format!("{edited}\n[[claims]]\nname = \"cost_centre\"\npaths = [\"title\"]\n");
    assert_ne!(edited, written);
    let file = realm.folder.write("realm.toml", &edited);
    let output = realm.run(&format!("plan {file}"));
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let plan = "~ OAuth2 Scope `orders:read`\n    \
                    tags: -\"a\" +\"c\"\n\
                + Claim `cost_centre`\n    \
                    paths = [\"title\"]\n\
                ~ Realm\n    \
                    display_name: \"Main\" → \"Other\"\n\
                - Claim `department`\n\
                \n\
                1 to create, 2 to change, 1 to delete.\n";
    assert_eq!(stdout(&output), plan);
    assert_eq!(realm.says("export"), written, "a plan changes nothing");
    assert_eq!(
        realm.says(&format!("apply {file} --yes")),
        format!("{plan}Applied.\n")
    );
    assert_eq!(realm.says(&format!("plan {file}")), "No differences.\n");

    // What is left out has its default, which most of it has already.
    let short: Vec<&str> = edited
        .lines()
        .filter(|line| {
            ![
                "active = true",
                "access_token_format = \"jwt\"",
                "tags = []",
            ]
            .contains(line)
        })
        .collect();
    assert!(short.len() < edited.lines().count());
    let short = realm.folder.write("short.toml", &short.join("\n"));
    let output = with_secrets(&realm, &["plan", &short]);
    assert_eq!(stdout(&output), "No differences.\n", "{}", stderr(&output));

    // Somebody else changes something: that is drift.
    realm.says("set-oauth2-scope-prop --scope-name orders:read --set tag:mine");
    let output = realm.run(&format!("plan {file}"));
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        stdout(&output),
        "~ OAuth2 Scope `orders:read`\n    tags: -\"mine\" +\"b\" +\"c\"\n\n\
         0 to create, 1 to change, 0 to delete.\n"
    );
}

#[test]
fn what_can_t_be_applied_changes_nothing() {
    let realm = filled();
    let before = realm.says("export");
    // A scope that a client is assigned can't go.
    let file = realm.folder.write("gone.toml", "scopes = []\n");
    let (code, text) = realm.refuses(&format!("apply {file} --yes"));
    assert_eq!(code, 1, "{text}");
    assert!(
        text.contains("OAuth2 Scope `hr:read`: The scope `hr:read` is in use"),
        "{text}"
    );
    let file = realm.folder.write(
        "type.toml",
        &before.replace("type = \"generic\"", "type = \"service\""),
    );
    let (code, text) = realm.refuses(&format!("plan {file}"));
    assert_eq!(
        (code, text.as_str()),
        (
            1,
            "ambit: OAuth2 Scope `orders:read`: `type` can't be changed after creation; it is \"generic\" and should be \"service\"\n"
        )
    );
    let wrong = [
        (
            "[[scops]]\n",
            "the file has `scops`, which is not known here; did you mean `scopes`?",
        ),
        (
            "[[claims]]\npaths = []\n",
            "a Claim of the file has no `name`, by which it is known",
        ),
        (
            "[[claims]]\nname = \"a\"\npath = []\n",
            "Claim `a`: `path` is not known here; did you mean `paths`?",
        ),
        (
            "[[roles]]\nname = \"a\"\n[[roles]]\nname = \"A\"\n",
            "Role `A` is there twice",
        ),
        (
            "[realm]\nissuer = \"x\"\n",
            "realm: `issuer` is not known here",
        ),
    ];
    for (text, complaint) in wrong {
        let file = realm.folder.write("wrong.toml", text);
        assert_eq!(
            realm.refuses(&format!("apply {file} --yes")),
            (2, format!("ambit: {file}: {complaint}\n"))
        );
        assert_eq!(
            realm.refuses(&format!("plan {file}")).0,
            1,
            "2 is for differences"
        );
    }
    assert_eq!(realm.says("export"), before);
}

/// All or nothing, where the link leads, for those who could read what was there.
#[test]
fn an_export_takes_the_place_of_a_file() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let realm = Realm::new();
    let file = realm.folder.write("realm.toml", "before");
    let mode = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(&file, mode.clone()).unwrap();
    std::fs::hard_link(&file, realm.folder.path("other.toml")).unwrap();
    symlink(&file, realm.folder.path("link.toml")).unwrap();
    let link = realm.folder.text("link.toml");
    assert_eq!(realm.says(&format!("export --output {link}")), "");
    let read = |name: &str| std::fs::read_to_string(realm.folder.path(name)).unwrap();
    assert_eq!(read("other.toml"), "before", "nothing was written in place");
    assert_eq!(read("realm.toml"), realm.says("export"));
    assert_eq!(
        realm.says("export --output /dev/stdout"),
        realm.says("export")
    );
    let meta = std::fs::metadata(&file).unwrap();
    assert_eq!(meta.permissions().mode() & 0o777, 0o600);
}

#[test]
fn names_of_a_file_can_t_write_on_the_terminal() {
    let realm = Realm::new();
    let text = "[[claims]]\nname = \"a\\u001b[31m\"\npaths = [\"title\"]\n";
    let file = realm.folder.write("realm.toml", text);
    let (code, text) = realm.refuses(&format!("plan {file}"));
    assert_eq!(code, 1, "{text:?}");
    assert!(
        text.contains("Claim `a\\u{1b}[31m`") && !text.contains('\u{1b}'),
        "{text:?}"
    );
}

/// Kinds that the file does not name are left alone, and so is the client that applies it.
#[test]
fn the_file_is_about_what_it_names() {
    let realm = filled();
    let file = realm.folder.write(
        "clients.toml",
        "applications = []\nconnectors = []\nsync-profiles = []\n",
    );
    let output = realm.run(&format!("apply {file} --yes"));
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(
        realm.says("list-oauth2-clients -s"),
        "Administrator\nAmbit command line\n"
    );
    assert!(realm.says("list-oauth2-scopes -s").contains("hr:read"));
    let (code, text) = realm.refuses(&format!(
        "apply {}",
        realm.folder.write("x.toml", "claims = []\n")
    ));
    assert_eq!(code, 2, "{text}");
}

/// The plan asks for no right but to read; nothing is tried on the server then.
#[test]
fn who_may_only_read_sees_the_plan_and_applies_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let realm = Realm::new();
    let secrets = realm.folder.text("reader.json");
    realm.says(&format!("create-oauth2-client --client-name Reader --type confidential --set grant-type:client_credentials --set service-account:true --secrets-file {secrets}"));
    let kinds = [
        "realms",
        "resource-servers",
        "schemas",
        "resource-types",
        "services",
        "scopes",
        "claims",
        "policies",
        "identity-providers",
        "roles",
        "applications",
        "assigned-scopes",
        "connectors",
        "sync-profiles",
    ];
    let lines = kinds.map(|kind| format!("create-permitted-scope --client-name Reader --scope-name {kind}:read --set default:true\n"));
    let file = realm.folder.write("reader.batch", &lines.concat());
    realm.says(&format!("--batch-file {file}"));
    let made = crate::support::read_json(secrets.as_ref());
    let mut credentials = crate::support::read_json(realm.folder.path("admin.json").as_ref());
    credentials["client_id"] = made[0]["client_id"].clone();
    credentials["client_secret"] = made[0]["client_secret"].clone();
    let reader = realm
        .folder
        .write("reader-credentials.json", &credentials.to_string());
    std::fs::set_permissions(&reader, std::fs::Permissions::from_mode(0o600)).unwrap();

    let written = realm.says(&format!("export --credentials {reader}"));
    assert_eq!(written, realm.says("export"));
    let file = realm.folder.write(
        "realm.toml",
        &written.replace(
            "name = \"Reader\"",
            "name = \"Reader\"\ndescription = \"Looks\"",
        ),
    );
    let output = realm.run(&format!("plan {file} --credentials {reader}"));
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(
        stdout(&output),
        "~ OAuth2 Client `Reader`\n    description: - → \"Looks\"\n\n0 to create, 1 to change, 0 to delete.\n"
    );
    assert!(
        stderr(&output)
            .starts_with("the server could not try the changes, for which you have no right: "),
        "{}",
        stderr(&output)
    );
    let output = realm.run(&format!("apply {file} --yes --credentials {reader}"));
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("applications:update"),
        "{}",
        stderr(&output)
    );
    assert_eq!(realm.says("export"), written);

    // Who may change such things, but not so far, is told by the plan.
    realm.says("create-permitted-scope --client-name Reader --scope-name assigned-scopes:create --set default:true");
    let more = realm.says("export").replace(
        "name = \"Reader\"",
        "name = \"Reader\"\n\n[[applications.assigned-scopes]]\nscope = \"keys:delete\"",
    );
    let file = realm.folder.write("more.toml", &more);
    let (code, text) = realm.refuses(&format!("plan {file} --credentials {reader}"));
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("keys:delete"), "{text}");
}
