//! `ambit config describe`: what the properties of an object are.

use super::{
    definition::{self, Access, Definition, FieldKind},
    noun::{self, NOUNS, Noun},
    property::{self, Property},
    run::Options,
    table::Rows,
};
use crate::{exit::UsageError, terminal};
use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Value, json};

/// Longest line, in characters.
const WIDE: usize = 100;

/// The command.
pub(super) fn command() -> Command {
    Command::new("describe")
        .about("Tell what objects and properties there are, and what they mean")
        .arg(
            Arg::new("object")
                .value_name("OBJECT")
                .help("A kind of object, such as oauth2-scope [default: all]"),
        )
        .arg(
            Arg::new("property")
                .long("property")
                .value_name("PROP")
                .requires("object")
                .action(ArgAction::Append)
                .help("This property only; may be given several times"),
        )
        .after_long_help(
            "Needs no server.\n\nExamples:\n  ambit config describe\n  ambit config describe \
             oauth2-scope\n  ambit config describe oauth2-scope --property resource-operation\n  \
             ambit config describe oauth2-client --json",
        )
}

/// Runs it.
pub(super) fn run(options: &Options, found: &ArgMatches) -> anyhow::Result<()> {
    let Some(object) = found.get_one::<String>("object") else {
        return overview(options.json);
    };
    let (noun, definition) = find(object)?;
    let names = found.get_many::<String>("property").into_iter().flatten();
    let asked: Vec<Property> = names
        .map(|name| property::find(noun, definition, name))
        .collect::<Result<_, _>>()?;
    let properties = match asked.is_empty() {
        true => property::all(definition),
        false => asked,
    };
    if options.json {
        let all: Vec<Value> = properties.into_iter().map(to_json).collect();
        let json = json!({
            "object": noun.singular,
            "description": definition.about,
            "properties": all,
        });
        terminal::say(serde_json::to_string_pretty(&json)?)?;
        return Ok(());
    }
    let mut text = format!("{}\n{}", noun.title, wrapped(definition.about));
    for property in properties {
        text.push('\n');
        text.push_str(&paragraph(property));
    }
    terminal::say(text.trim_end())?;
    Ok(())
}

fn find(name: &str) -> Result<(&'static Noun, &'static Definition), UsageError> {
    let found = noun::called(name).and_then(|noun| Some((noun, definition::of(noun.resource)?)));
    found.ok_or_else(|| {
        let hint = property::nearest(name, NOUNS.iter().map(|noun| noun.singular))
            .map(|name| format!("; did you mean `{name}`?"))
            .unwrap_or_default();
        UsageError(format!("there is no kind of object `{name}`{hint}"))
    })
}

fn overview(as_json: bool) -> anyhow::Result<()> {
    let known = NOUNS
        .iter()
        .filter_map(|noun| Some((noun, definition::of(noun.resource)?)));
    if as_json {
        let all: Vec<Value> = known
            .map(|(noun, definition)| json!({"object": noun.singular, "description": definition.about}))
            .collect();
        terminal::say(serde_json::to_string_pretty(&all)?)?;
        return Ok(());
    }
    let mut rows = Rows::new(["Object".to_owned(), "Description".to_owned()]);
    for (noun, definition) in known {
        rows.push(vec![
            vec![noun.singular.into()],
            vec![definition.about.into()],
        ]);
    }
    terminal::say(rows.table().trim_end())?;
    Ok(())
}

/// What a person is told of a property.
pub(super) fn paragraph(property: Property) -> String {
    let field = property.field;
    let mut text = format!("{}\n{}", property.name(), wrapped(field.about));
    let mut line = |name: &str, value: &str| text.push_str(&wrapped(&format!("{name}: {value}")));
    line("Values", values_of(property));
    if let Some(words) = field.words {
        line("Allowed", &words().join(", "));
    }
    line("Default", field.default.unwrap_or("-"));
    line("Multi-valued", yes(property.is_multiple()));
    line("Required", yes(field.required));
    line("Can be set", when(field.access));
    if field.secret {
        line(
            "Secret",
            "yes: given from a file or standard input, and never shown",
        );
    }
    if let Some(noun) = field.refers_to.and_then(noun::of_resource) {
        line("Names", &format!("{} ({})", noun.title, noun.singular));
    }
    text
}

/// A text in lines of at most 100 characters, indented.
fn wrapped(text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::from(" ");
    for word in text.split(' ') {
        if line.chars().count() + 1 + word.chars().count() > WIDE && line.len() > 1 {
            lines.push_str(&line);
            lines.push('\n');
            line = " ".repeat(3);
        }
        line.push(' ');
        line.push_str(word);
    }
    format!("{lines}{line}\n")
}

fn yes(is_so: bool) -> &'static str {
    if is_so { "yes" } else { "no" }
}

fn when(access: Access) -> &'static str {
    match access {
        Access::Writable => "at any time",
        Access::AtCreation => "at creation only",
        Access::ByServer => "never: read-only",
    }
}

fn values_of(property: Property) -> &'static str {
    match property.field.kind {
        FieldKind::Boolean => "true or false",
        FieldKind::Integer => "a whole number",
        FieldKind::Time => "a time (RFC 3339)",
        FieldKind::Structure if !property.is_secret() => "JSON",
        _ => "text",
    }
}

fn to_json(property: Property) -> Value {
    let field = property.field;
    json!({
        "property": property.name(),
        "field": field.name,
        "description": field.about,
        "values": values_of(property),
        "allowed": field.words.map(|words| words()),
        "default": field.default,
        "multi_valued": property.is_multiple(),
        "required": field.required,
        "read_only": field.access == Access::ByServer,
        "at_creation_only": field.access == Access::AtCreation,
        "secret": field.secret,
        "names": field.refers_to.and_then(noun::of_resource).map(|noun| noun.singular),
    })
}
