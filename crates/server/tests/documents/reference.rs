//! The configuration reference: a page of each resource, and an index.

use crate::html::{code, escaped, page, prose, table};
use domain::management::{
    reference::{Access, Definition, Field, FieldKind, definitions},
    table::{OPERATIONS, Verb},
};
use serde_json::Value;

/// Every page, by the name of its file.
pub(crate) fn pages() -> Vec<(String, String)> {
    let mut pages = vec![("index.html".to_owned(), index())];
    let document = server::openapi();
    for definition in definitions() {
        pages.push((file(definition.resource), of(definition, &document)));
    }
    pages
}

fn file(resource: &str) -> String {
    format!("{resource}.html")
}

fn link(resource: &str) -> String {
    format!("<a href=\"{}\">{}</a>", file(resource), escaped(resource))
}

fn index() -> String {
    let rows: Vec<_> = definitions()
        .iter()
        .map(|d| vec![link(d.resource), prose(d.about)])
        .collect();
    let body = format!(
        "<h1>Configuration reference</h1>\n\
         <p>Everything that an administrator configures, made of the definitions that the server itself reads by. \
         The requests are in <a href=\"../openapi.json\">openapi.json</a>, which every server has at \
         <code>/v1/openapi.json</code>.</p>\n{}",
        table("Resources", &["Resource", "What it is"], &rows)
    );
    page("Configuration reference", &body)
}

fn of(definition: &Definition, document: &Value) -> String {
    let title = definition.singular;
    let rows: Vec<_> = definition.fields.iter().map(property).collect();
    let columns = [
        "Property",
        "On the command line",
        "What it means",
        "Value",
        "Default",
        "Set by",
    ];
    let body = format!(
        "<nav aria-label=\"Breadcrumb\"><a href=\"index.html\">Configuration reference</a></nav>\n\
         <h1>{}</h1>\n<p>{}</p>\n<p>People know one by its {}.</p>\n{}{}",
        escaped(&capitalised(title)),
        prose(definition.about),
        code(definition.named_by),
        table("Properties", &columns, &rows),
        table(
            "Operations",
            &["Operation", "Request", "Scope: any one of"],
            &operations(definition, document)
        ),
    );
    page(&escaped(&capitalised(title)), &body)
}

fn property(field: &Field) -> Vec<String> {
    let set_by = match (field.access, field.secret) {
        (Access::ByServer, _) => "the server: read-only",
        (Access::Writable, false) => "administrators",
        (Access::Writable, true) => "administrators: never shown",
        (Access::AtCreation, false) => "administrators, when it is made",
        (Access::AtCreation, true) => "administrators, when it is made: never shown",
    };
    let required = if field.required {
        "<br><strong>required</strong>"
    } else {
        ""
    };
    vec![
        code(field.name),
        code(&field.name.replace('_', "-")),
        prose(field.about),
        value(field),
        field.default.map(prose).unwrap_or_else(|| "–".to_owned()),
        format!("{set_by}{required}"),
    ]
}

/// What a field holds, and which values are allowed.
fn value(field: &Field) -> String {
    let kind = match field.kind {
        FieldKind::Text | FieldKind::Exact => "text",
        FieldKind::Texts | FieldKind::Exacts => "any number of texts",
        FieldKind::Boolean => "<code>true</code> or <code>false</code>",
        FieldKind::Integer => "whole number",
        FieldKind::Time => "time (RFC 3339)",
        FieldKind::Structure => "structure",
    };
    let mut told = kind.to_owned();
    if let Some(words) = field.words {
        let words: Vec<_> = words().into_iter().map(code).collect();
        told.push_str(&format!(" of {}", words.join(", ")));
    }
    if let Some(resource) = field.refers_to {
        told.push_str(&format!(": id of {}", link(resource)));
    }
    told
}

fn operations(definition: &Definition, document: &Value) -> Vec<Vec<String>> {
    let of_this = OPERATIONS
        .iter()
        .filter(|o| o.definition.resource == definition.resource);
    let row = |operation: &domain::management::table::Operation| {
        let verb = match operation.verb {
            Verb::Create => "create",
            Verb::List => "list",
            Verb::Read => "read",
            Verb::Update => "update",
            Verb::Delete => "delete",
            Verb::Report => "report",
        };
        let described = &document["paths"][operation.path][operation.method.to_ascii_lowercase()];
        let scopes = described["security"].as_array().unwrap().iter();
        let scopes: Vec<_> = scopes
            .map(|one| code(one["oauth2"][0].as_str().unwrap()))
            .collect();
        let request = code(&format!("{} {}", operation.method, operation.path));
        vec![verb.to_owned(), request, scopes.join(", ")]
    };
    of_this.map(row).collect()
}

fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
