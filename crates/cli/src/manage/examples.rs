//! Examples for the help of every command.

use super::noun::{Noun, Place, Verb};

/// A name, and what may be set of a new and of an old object.
struct Example {
    name: &'static str,
    create: &'static str,
    set: &'static str,
    property: &'static str,
}

fn example(noun: &Noun) -> Example {
    let (name, create, set, property) = match noun.singular {
        "oauth2-scope" => (
            "hr:read",
            "--set scim-resource-type:User --set resource-operation:retrieve \
             --set resource-attribute:userName",
            "--add resource-attribute:title",
            "resource-attribute",
        ),
        "oauth2-client" => (
            "'Payroll'",
            "--type confidential --set grant-type:client_credentials --set service-account:true",
            "--add tag:approved",
            "redirect-uri",
        ),
        "permitted-scope" => (
            "hr:read",
            "--set default:true",
            "--set optional:true",
            "default",
        ),
        "scim-resource-type" => (
            "Device",
            "--set endpoint:/Devices --set schema:urn:example:Device",
            "--set description:Laptops",
            "endpoint",
        ),
        "scim-schema" => (
            "urn:example:Device",
            "--set name:Device --set 'attributes<attributes.json'",
            "--set 'attributes<attributes.json'",
            "attributes",
        ),
        "service" => (
            "orders",
            "--set url:/integration/orders/*",
            "--set enforcement:report",
            "url",
        ),
        "claim" => (
            "department",
            "--set path:urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
            "--set path:title",
            "path",
        ),
        "policy" => (
            "approved-only",
            "--set language:cedar --set 'text<approved.cedar'",
            "--set description:Later",
            "active",
        ),
        "role" => (
            "'Help Desk'",
            "--set 'description:Ends what people granted' --set scope:grants:delete",
            "--add scope:grants:read",
            "description",
        ),
        "connector" => (
            "ldap-1",
            "--set application:Berlin",
            "--set description:Hamburg",
            "status",
        ),
        "sync-profile" => (
            "staff",
            "--set source:ldap --set server:ldaps://ldap.example.com --set base:dc=example,dc=com",
            "--set 'bind-password<password.txt'",
            "source",
        ),
        "resource-server" => (
            "Orders",
            "--set identifier:https://orders.example.com",
            "--set name:'Order desk'",
            "identifier",
        ),
        "identity-provider" => (
            "Corporate",
            "--set issuer:https://login.example.com --set client-id:ambit \
             --set 'client-secret<secret.txt'",
            "--set active:false",
            "redirect-uri",
        ),
        "realm" => (
            "staff",
            "--set display-name:Staff",
            "--set access-token-lifetime:300",
            "issuer",
        ),
        "tenant" => (
            "acme",
            "--set display-name:Acme",
            "--set active:false",
            "realm",
        ),
        "key" => ("KEY", "", "--set state:active", "state"),
        _ => ("ID", "", "", noun.summary.first().copied().unwrap_or("id")),
    };
    Example {
        name,
        create,
        set,
        property,
    }
}

/// The examples of a command.
pub(super) fn of(noun: &Noun, verb: Verb) -> String {
    let example = example(noun);
    let below = match noun.place {
        Place::Client => " --client-name Payroll",
        _ => "",
    };
    let command = format!("ambit config {}{below}", noun.command(verb));
    let one = format!("{command} --{} {}", noun.flag(), example.name);
    let lines = match verb {
        Verb::List => vec![
            command.clone(),
            format!("{command} --property {}", example.property),
            format!("{command} --script-friendly"),
        ],
        Verb::Get => vec![
            one.clone(),
            format!("{one} --property {} --script-friendly", example.property),
        ],
        Verb::Set => vec![format!("{one} {}", example.set)],
        Verb::Create if !noun.named_by_author => vec![format!("{command} {}", example.create)],
        Verb::Create => vec![format!("{one} {}", example.create)],
        Verb::Delete => vec![one.clone(), format!("{one} --force")],
    };
    let lines: Vec<String> = lines.iter().map(|line| folded(line.trim_end())).collect();
    format!("Examples:\n{}", lines.join("\n"))
}

/// A command, with a line for each value where one line is too long for it.
fn folded(command: &str) -> String {
    if command.len() <= 90 {
        return format!("  {command}");
    }
    let folded = ["--set", "--property"]
        .iter()
        .fold(command.to_owned(), |command, flag| {
            command.replace(&format!(" {flag} "), &format!(" \\\n      {flag} "))
        });
    format!("  {folded}")
}
