//! The commands of `ambit config` for clap, made from the table of nouns and the definitions.

use super::{
    definition::{self, Access, Definition},
    examples,
    noun::{self, NOUNS, Noun, Place, Verb},
    property::{self, article},
};
use crate::exit;
use clap::{Arg, ArgAction, Command, ValueHint, value_parser};

/// The command that a word of the command line names.
pub(super) fn command_called(name: &str) -> Option<(&'static Noun, Verb)> {
    NOUNS.iter().find_map(|noun| {
        let verbs = noun.verbs.iter();
        let verb = verbs.copied().find(|verb| noun.command(*verb) == name)?;
        Some((noun, verb))
    })
}

/// All commands about objects.
pub(super) fn commands() -> Vec<Command> {
    let mut all = Vec::new();
    for noun in NOUNS {
        let Some(definition) = definition::of(noun.resource) else {
            continue;
        };
        all.extend(
            noun.verbs
                .iter()
                .map(|verb| command(noun, definition, *verb)),
        );
    }
    all
}

/// A command line with the commands of a batch file alone.
pub(super) fn batch_line() -> Command {
    Command::new("ambit config")
        .no_binary_name(true)
        .subcommand_required(true)
        .disable_help_subcommand(true)
        .subcommands(commands())
}

fn command(noun: &'static Noun, definition: &'static Definition, verb: Verb) -> Command {
    let title = noun.title;
    let (a, one) = (article(title).to_lowercase(), title);
    let about = match verb {
        Verb::List => format!("List the {} of the realm", noun.titles()),
        Verb::Get => format!("Show the properties of {a} {one}"),
        Verb::Set => format!("Change the properties of {a} {one}"),
        Verb::Create => format!("Create {a} {one}"),
        Verb::Delete => format!("Delete {a} {one}"),
    };
    let mut help = format!("{}\n", examples::of(noun, verb));
    if let Some(properties) = properties(definition, verb) {
        help = format!("{properties}\n\n{help}");
    }
    let command = Command::new(noun.command(verb))
        .about(about)
        .after_long_help(format!("{help}\n{}", exit::CONFIG_HELP))
        .args(naming(noun, verb));
    match verb {
        Verb::List => {
            command
                .args(shown())
                .arg(Arg::new("filter").long("filter").value_name("FILTER").help(
                "Only those that match, in SCIM's grammar over the API's fields: tags eq \"pii\"",
            ))
        }
        Verb::Get => command.args(shown()),
        Verb::Delete => command.arg(
            switch("force")
                .short('f')
                .help("Do not complain if there is no such object"),
        ),
        Verb::Set => command
            .arg(assignments(
                "set",
                "Give a property a value: the first replaces its values, later ones add",
            ))
            .arg(assignments(
                "add",
                "Add a value to a property that can have several",
            ))
            .arg(assignments("remove", "Take a value away from a property"))
            .arg(
                Arg::new("reset")
                    .long("reset")
                    .value_name("PROP")
                    .action(ArgAction::Append)
                    .help("Take all values away from a property, so that its default holds"),
            ),
        Verb::Create => {
            let command = command.arg(assignments(
                "set",
                "Give a property a value; a second one adds to it",
            ));
            match definition.field("type") {
                Some(field) if field.access != Access::ByServer => {
                    command.arg(type_of(noun, field))
                }
                _ => command,
            }
        }
    }
}

fn type_of(noun: &Noun, field: &definition::Field) -> Arg {
    let help = match noun.resource {
        "scopes" => "Its type [default: follows from the properties]".to_owned(),
        _ => "Its type".to_owned(),
    };
    let words = field.words.map(|words| words().join(", "));
    let words = words.map(|words| format!(": {words}")).unwrap_or_default();
    Arg::new("type")
        .long("type")
        .short('t')
        .value_name("TYPE")
        .help(format!("{help}{words}"))
}

/// The flags that name an object.
fn naming(noun: &'static Noun, verb: Verb) -> Vec<Arg> {
    let mut all = Vec::new();
    if noun.place == Place::Client {
        all.push(
            name_flag("client-name", "NAME")
                .required(true)
                .help("The OAuth2 Client that it belongs to"),
        );
    }
    let names_one = match verb {
        Verb::List => false,
        Verb::Create => noun.named_by_author,
        Verb::Get | Verb::Set | Verb::Delete => true,
    };
    if names_one {
        // Without a name it is the realm itself.
        let own = noun.place == Place::Realms && matches!(verb, Verb::Get | Verb::Set);
        let help = match own {
            true => format!("The {} [default: the connected realm]", noun.title),
            false => format!("The {}", noun.title),
        };
        all.push(name_flag(noun.flag(), "NAME").required(!own).help(help));
    }
    if noun.place == Place::Client || (names_one && noun.has_versions()) {
        all.push(
            name_flag(noun::CLIENT_VERSION, "VERSION")
                .help("Its version, where several have the name; empty for the one without"),
        );
    }
    all
}

fn name_flag(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value)
}

fn switch(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

fn assignments(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("PROP:VALUE")
        .value_parser(value_parser!(String))
        .value_hint(ValueHint::Other)
        .action(ArgAction::Append)
        .help(format!(
            "{help}; PROP<FILE reads a file, PROP<- standard input"
        ))
}

/// How objects are shown.
fn shown() -> Vec<Arg> {
    vec![
        Arg::new("property")
            .long("property")
            .value_name("PROP")
            .action(ArgAction::Append)
            .help("Show this property; may be given several times"),
        switch("script-friendly")
            .short('s')
            .help("For scripts: names only, or a property's name and values with tabs between"),
        switch("tab-delimited").help("The same with a header"),
    ]
}

/// The properties that a command can give values to, if there are any.
fn properties(definition: &'static Definition, verb: Verb) -> Option<String> {
    let settable = |property: &property::Property| match property.field.access {
        Access::Writable => matches!(verb, Verb::Set | Verb::Create),
        Access::AtCreation => verb == Verb::Create,
        Access::ByServer => false,
    };
    let mut lines = vec!["Properties (* is required, + can have several values):".to_owned()];
    for property in property::all(definition).into_iter().filter(settable) {
        let field = property.field;
        let mark = match (
            field.required && verb == Verb::Create,
            property.is_multiple(),
        ) {
            (true, true) => "*+",
            (true, false) => "*",
            (false, true) => "+",
            (false, false) => "",
        };
        let words = field
            .words
            .map(|words| words().join(", "))
            .unwrap_or_default();
        let line = format!("  {}{mark}  {words}", property.name());
        lines.push(line.trim_end().to_owned());
    }
    (lines.len() > 1).then(|| lines.join("\n"))
}
