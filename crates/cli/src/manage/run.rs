//! Runs `ambit config`.

use super::{
    api::{Api, is_undone, status_of},
    arguments, audit, batch,
    change::Object,
    command::{Action, Command},
    compiler::{Compiler, given_by_server, secrets},
    declare, describe, menu,
    noun::Noun,
    problem, show,
    world::{Selector, World},
};
use crate::{
    exit::{self, UsageError},
    secret_file::NewSecretFile,
    session::ConnectionArgs,
    terminal,
};
use anyhow::{Context, bail};
use clap::{ArgMatches, Args, FromArgMatches};
use reqwest::StatusCode;
use serde_json::Value;
use std::{path::PathBuf, process::ExitCode};
use zeroize::Zeroizing;

/// What became of a secret that nobody has read.
pub(super) const LOST: &str = "it was done, but its new secret could not be printed and is lost";

/// Configure a realm
#[derive(Debug, Clone)]
pub(crate) struct ConfigArgs {
    options: Options,
    found: ArgMatches,
}

/// What every command takes.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Options {
    #[command(flatten)]
    pub(super) connection: ConnectionArgs,
    /// Print JSON
    #[arg(long, global = true)]
    pub(super) json: bool,
    /// Print the command that does the same, besides doing it
    #[arg(long, global = true)]
    pub(super) display_command: bool,
    /// Put new secrets into this new file (mode 600) instead of showing them
    #[arg(long, value_name = "FILE", global = true)]
    pub(super) secrets_file: Option<PathBuf>,
    /// Do what a file of commands says: all of it, or nothing
    #[arg(long, value_name = "FILE")]
    batch_file: Option<PathBuf>,
    /// Do the commands of the file one by one, and go on after one that fails
    #[arg(long, requires = "batch_file")]
    batch_continue_on_error: bool,
}

const HELP: &str = "\
For every kind OBJECT of object there are the commands

  list-OBJECTs         all of them
  get-OBJECT-prop      the properties of one
  set-OBJECT-prop      changes them
  create-OBJECT        makes one
  delete-OBJECT        deletes one

each with a --help of its own. Kinds of objects:

";

const EXAMPLES: &str = "\
Examples:
  ambit config
      A menu that leads through everything, and shows the command for it.

  ambit config list-oauth2-scopes --property tag
  ambit config create-oauth2-scope --scope-name hr:read --set scim-resource-type:User \\
      --set resource-operation:retrieve --set 'resource-attribute:*'
  ambit config --batch-file changes.batch
  ambit config describe oauth2-scope --property resource-operation

Besides them:

  describe             what the properties of an object are
  config-audit         what was changed, as commands that can be replayed
  export, plan, apply  the realm's configuration as one file

A batch file has a command a line, as on the command line; `ambit config` or `dsconfig` before it
is left out or not. Lines that begin with # are comments, one that ends with \\ goes on in the next.
Values are quoted as in a shell; $'…' knows \\n and \\t.";

impl Args for ConfigArgs {
    fn augment_args(command: clap::Command) -> clap::Command {
        let kinds = super::noun::NOUNS
            .iter()
            .map(|noun| format!("  {}", noun.plural));
        let kinds: Vec<String> = kinds.collect();
        let overview = format!(
            "{HELP}{}\n\n{EXAMPLES}\n\n{}",
            kinds.join("\n"),
            exit::CONFIG_HELP
        );
        Options::augment_args(command)
            .about("Configure a realm: scopes, clients and everything else")
            .after_help("`ambit config --help` tells of the commands.")
            .after_long_help(overview)
            .help_template(
                "{about-with-newline}\n{usage-heading} {usage}\n\nOptions:\n{options}{after-help}",
            )
            .override_usage("ambit config [OPTIONS] [COMMAND]")
            .subcommands(arguments::commands())
            .subcommand(describe::command())
            .subcommand(audit::command())
            .subcommands(declare::commands())
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for ConfigArgs {
    fn from_arg_matches(found: &ArgMatches) -> Result<Self, clap::Error> {
        Ok(Self {
            options: Options::from_arg_matches(found)?,
            found: found.clone(),
        })
    }

    fn update_from_arg_matches(&mut self, found: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(found)?;
        Ok(())
    }
}

impl Options {
    /// The file that new secrets go into, made before there are any.
    pub(super) fn new_secrets_file(&self) -> anyhow::Result<Option<NewSecretFile>> {
        let file = self.secrets_file.as_deref();
        file.map(NewSecretFile::create).transpose()
    }
}

/// Runs it.
pub(crate) async fn run(args: ConfigArgs) -> anyhow::Result<ExitCode> {
    let options = args.options;
    match (args.found.subcommand(), &options.batch_file) {
        (Some(_), Some(_)) => bail!(UsageError(
            "--batch-file and a command do not go together".into()
        )),
        (None, Some(file)) => {
            let file = file.clone();
            batch::run(&options, &file, options.batch_continue_on_error).await
        }
        (None, None) => {
            if options.secrets_file.is_some() {
                bail!(UsageError(
                    "--secrets-file does not go with the menu".into()
                ));
            }
            menu::run(&options).await?;
            Ok(ExitCode::SUCCESS)
        }
        (Some(("describe", found)), None) => {
            describe::run(&options, found)?;
            Ok(ExitCode::SUCCESS)
        }
        (Some(("config-audit", found)), None) => {
            audit::run(&options, found).await?;
            Ok(ExitCode::SUCCESS)
        }
        (Some((name @ ("export" | "plan" | "apply"), found)), None) => {
            declare::run(&options, name, found).await
        }
        (Some((name, found)), None) => {
            let (noun, verb) = arguments::command_called(name)
                .with_context(|| format!("there is no command `{name}`"))?;
            let command = Command::read(noun, verb, found)?;
            let api = Api::open(&options.connection)?;
            perform(api, &command, &options).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

/// Does a command alone.
pub(super) async fn perform(api: Api, command: &Command, options: &Options) -> anyhow::Result<Api> {
    match &command.action {
        Action::List { .. } | Action::Get { .. } => look(api, command, options).await,
        _ => change(api, command, options).await,
    }
}

async fn look(api: Api, command: &Command, options: &Options) -> anyhow::Result<Api> {
    let mut world = World::new(api);
    let noun = command.noun;
    let text = match &command.action {
        Action::List {
            properties,
            filter,
            style,
        } => {
            let found = world
                .all(noun, &command.selector, filter.as_deref())
                .await?;
            let mut objects = Vec::new();
            for object in found {
                objects.push(world.with_names(noun, object).await?);
            }
            match options.json {
                true => pretty(&objects.iter().map(|o| show::json(properties, o)).collect())?,
                false => show::list(command, properties, *style, &objects),
            }
        }
        Action::Get { properties, style } => {
            let found = world.one(noun, &command.selector).await?;
            let object = world.with_names(noun, found.object).await?;
            match options.json {
                true => pretty(&show::json(properties, &object))?,
                false => show::one(command, properties, *style, &object),
            }
        }
        _ => String::new(),
    };
    if options.display_command {
        terminal::complain(equivalent(command));
    }
    terminal::print(text)?;
    Ok(world.api)
}

/// Does a command that changes something; done again once, on what is there then, if somebody else
/// has changed the same thing meanwhile.
async fn change(api: Api, command: &Command, options: &Options) -> anyhow::Result<Api> {
    let secrets_file = options.new_secrets_file()?;
    let about = problem::about(command.noun);
    let mut api = api;
    let mut attempt = 0;
    let (made, done) = loop {
        let mut compiler = Compiler::new(World::new(api), false);
        let any = compiler.add(command).await?;
        api = compiler.world.api;
        let Some(operation) = compiler.operations.pop().filter(|_| any) else {
            break (Object::new(), false);
        };
        match api.change(&operation).await {
            Ok(made) => break (made, true),
            Err(error) if is_stale(&error) && attempt == 0 => attempt += 1,
            Err(error)
                if is_gone(&error) && matches!(command.action, Action::Delete { force: true }) =>
            {
                break (Object::new(), false);
            }
            Err(error) => return Err(told(about(error), &failed(command), "it was done")),
        }
    };
    if options.display_command {
        terminal::complain(equivalent(command));
    }
    let mut made = made;
    let any = !secrets(&made).is_empty();
    if let Some(file) = secrets_file {
        let kept = any.then(|| secrets_of(command.noun, &command.selector, &mut made));
        file.fill(kept.into_iter().collect())?;
    }
    let text = Zeroizing::new(match options.json {
        true => pretty(&made.into())?,
        false => told_of(command, done, &made),
    });
    match any {
        true => terminal::hand_over(&*text).context(LOST)?,
        false => terminal::print(&*text)?,
    }
    Ok(api)
}

fn told_of(command: &Command, done: bool, made: &Object) -> String {
    let mut text = format!("{}\n", sentence(command, done));
    if matches!(command.action, Action::Create { .. }) {
        for (name, value) in given_by_server(command.noun, made) {
            text.push_str(&format!("{name}: {value}\n"));
        }
        for (name, value) in secrets(made) {
            text.push_str(&secret_line(name, value));
        }
    }
    text
}

/// A secret as people read it.
pub(super) fn secret_line(name: &str, value: &Value) -> String {
    let value = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    format!("{}: {value}\n", name.replace('_', "-"))
}

/// An error, with what is known of what became of the change.
pub(super) fn told(error: anyhow::Error, undone: &str, done: &str) -> anyhow::Error {
    match is_undone(&error) {
        true => error.context(undone.to_owned()),
        false => error.context(format!("it is not known whether {done}")),
    }
}

/// Whether somebody else has changed the thing since it was read.
pub(super) fn is_stale(error: &anyhow::Error) -> bool {
    status_of(error) == Some(StatusCode::PRECONDITION_FAILED)
}

fn is_gone(error: &anyhow::Error) -> bool {
    status_of(error) == Some(StatusCode::NOT_FOUND)
}

/// The secrets of a new object, which are taken out of it, with what they are for.
pub(super) fn secrets_of(noun: &Noun, selector: &Selector, made: &mut Object) -> Value {
    let mut entry = Object::new();
    entry.insert("object".into(), noun.singular.into());
    if let Some(client) = &selector.client {
        entry.insert("client_name".into(), client.name.clone().into());
        if let Some(version) = &client.version {
            entry.insert("client_version".into(), version.clone().into());
        }
    }
    for name in ["id", "name", "version", "client_id"] {
        if let Some(value) = made.get(name) {
            entry.insert(name.into(), value.clone());
        }
    }
    let names: Vec<&str> = secrets(made).into_iter().map(|(name, _)| name).collect();
    for name in names {
        if let Some(value) = made.remove(name) {
            entry.insert(name.into(), value);
        }
    }
    entry.into()
}

/// What dsconfig would say.
pub(super) fn sentence(command: &Command, done: bool) -> String {
    let title = command.noun.title;
    match (&command.action, done) {
        (Action::Create { .. }, _) => format!("The {title} was created successfully"),
        (Action::Set { .. }, _) => format!("The {title} was modified successfully"),
        (_, true) => format!("The {title} was deleted successfully"),
        (_, false) => format!("There was no such {title}"),
    }
}

/// What could not be done.
pub(super) fn failed(command: &Command) -> String {
    let title = command.noun.title;
    match &command.action {
        Action::Create { .. } => format!("The {title} could not be created"),
        Action::Set { .. } => format!("The {title} could not be modified"),
        _ => format!("The {title} could not be deleted"),
    }
}

fn equivalent(command: &Command) -> String {
    format!("ambit config {}", command.line())
}

fn pretty(value: &Value) -> anyhow::Result<String> {
    Ok(format!("{}\n", serde_json::to_string_pretty(value)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_of_the_table_is_known() {
        let command = ConfigArgs::augment_args(clap::Command::new("config"));
        for noun in super::super::noun::NOUNS {
            if super::super::definition::of(noun.resource).is_none() {
                continue;
            }
            for verb in noun.verbs {
                assert!(command.find_subcommand(noun.command(*verb)).is_some());
            }
        }
        command.debug_assert();
    }

    #[test]
    fn every_command_has_help_with_examples_no_wider_than_a_terminal() {
        let command = ConfigArgs::augment_args(clap::Command::new("config"));
        for command in command.get_subcommands() {
            let name = command.get_name();
            let help = command.get_after_long_help().unwrap().to_string();
            assert!(
                help.contains("Examples:\n  ambit config "),
                "{name}: {help}"
            );
            let is_of_objects = arguments::command_called(name).is_some();
            assert_eq!(
                help.contains("Exit codes:\n"),
                is_of_objects || name == "plan",
                "{name}"
            );
            for line in help.lines() {
                // Words that a property can have stand in one line.
                let is_list = line.starts_with("  ") && line.contains(", ");
                assert!(is_list || line.chars().count() <= 100, "{name}: {line}");
            }
            assert!(!help.contains("can have several values):\n\n"), "{name}");
        }
    }
}
