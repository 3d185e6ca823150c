//! Does what a batch file says.

use super::file::{self, Line};
use crate::{
    exit::{self, UsageError},
    manage::{
        api::Api,
        arguments,
        change::Object,
        command::{Action, Command},
        compiler::{Compiler, secrets},
        problem::{self, Problem},
        run::{LOST, Options, failed, is_stale, perform, secret_line, secrets_of, told},
        table::visible,
        world::{World, text},
    },
    terminal,
};
use anyhow::{Context, bail};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::{path::Path, process::ExitCode};
use zeroize::Zeroizing;

/// What became of a batch that can't be done.
const NOTHING: &str = "nothing was applied";

/// A command and the line that it begins at.
struct Numbered {
    number: usize,
    command: Command,
}

/// Does what the file says: all of it or nothing, or one by one.
pub(in crate::manage) async fn run(
    options: &Options,
    file: &Path,
    one_by_one: bool,
) -> anyhow::Result<ExitCode> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(|| format!("{name} can't be read"))?;
    let commands = check(&name, &text, one_by_one)?;
    let api = Api::open(&options.connection)?;
    match one_by_one {
        true => each(api, &name, &commands, options).await,
        false => all(api, &name, &commands, options).await,
    }
}

/// Reads the whole file, and says of every line that can't be a command why.
fn check(name: &str, text: &str, one_by_one: bool) -> anyhow::Result<Vec<Numbered>> {
    let mut commands = Vec::new();
    let mut wrong = Vec::new();
    let mut parser = arguments::batch_line();
    for line in file::lines(text) {
        let (number, command) = match line {
            Ok(line) => (line.number, read(&mut parser, &line, one_by_one)),
            Err((number, error)) => (number, Err(error.into())),
        };
        match command {
            Ok(command) => commands.push(Numbered { number, command }),
            Err(error) => wrong.push(format!("{name}:{number}: {error:#}")),
        }
    }
    if !wrong.is_empty() {
        wrong.push(NOTHING.into());
        bail!(UsageError(wrong.join("\n")));
    }
    Ok(commands)
}

fn read(parser: &mut clap::Command, line: &Line, one_by_one: bool) -> anyhow::Result<Command> {
    let found = parser
        .try_get_matches_from_mut(&line.words)
        .map_err(|error| UsageError(first_line(&error)))?;
    let (name, found) = found.subcommand().context("there is no command")?;
    let (noun, verb) =
        arguments::command_called(name).with_context(|| format!("there is no command `{name}`"))?;
    let command = Command::read(noun, verb, found)?;
    if !one_by_one && matches!(command.action, Action::List { .. } | Action::Get { .. }) {
        bail!(UsageError(
            "a batch that is applied as one only changes things; --batch-continue-on-error also \
             takes commands that show them"
                .into()
        ));
    }
    Ok(command)
}

/// What clap complains about, without its advice.
fn first_line(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n");
    let said = paragraphs.next().unwrap_or_default();
    let said = said.strip_prefix("error: ").unwrap_or(said);
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn progress(commands: &[Numbered]) -> ProgressBar {
    // Drawn on standard error, and only if that is a terminal.
    let bar = ProgressBar::new(commands.len() as u64);
    if let Ok(style) = ProgressStyle::with_template("{msg} {pos}/{len} {wide_bar}") {
        bar.set_style(style);
    }
    bar
}

/// All or nothing; again once, if somebody else has changed something meanwhile.
async fn all(
    api: Api,
    name: &str,
    commands: &[Numbered],
    options: &Options,
) -> anyhow::Result<ExitCode> {
    let secrets_file = options.new_secrets_file()?;
    let mut api = api;
    let mut attempt = 0;
    let (results, done) = loop {
        let bar = progress(commands);
        bar.set_message("checking");
        let mut compiler = Compiler::new(World::new(api), true);
        let mut done = Vec::new();
        for numbered in commands {
            let added = compiler.add(&numbered.command).await;
            if added.map_err(|error| failure(name, numbered, error))? {
                done.push(numbered);
            }
            bar.inc(1);
        }
        bar.set_message("applying");
        api = compiler.world.api;
        let results = match compiler.operations.is_empty() {
            true => Ok(Vec::new()),
            false => api.batch(&compiler.operations, false).await,
        };
        bar.finish_and_clear();
        match results {
            Ok(results) => break (results, done),
            Err(error) if is_stale(&error) && attempt == 0 => attempt += 1,
            Err(error) => {
                let problem = error.downcast_ref::<Problem>();
                let at = problem.and_then(|problem| done.get(problem.operation?).copied());
                return Err(match at {
                    Some(numbered) => failure(name, numbered, error),
                    None => told(error, NOTHING, "anything was applied; `config-audit` tells"),
                });
            }
        }
    };
    let mut kept = Vec::new();
    let mut text = Zeroizing::new(String::new());
    for (numbered, mut made) in done.into_iter().zip(results) {
        let shown: Vec<String> = secrets(&made)
            .into_iter()
            .map(|(field, value)| secret_line(field, value))
            .collect();
        if shown.is_empty() {
            continue;
        }
        let Numbered { number, command } = numbered;
        let whose = visible(&whose(command, &made));
        for line in shown {
            text.push_str(&format!("{name}:{number}: {whose}: {line}"));
        }
        kept.push(secrets_of(command.noun, &command.selector, &mut made));
    }
    let count = commands.len();
    match secrets_file {
        Some(file) => file.fill(kept)?,
        None if kept.is_empty() => {}
        None if options.json => {
            let json = json!({"applied": count, "failed": 0, "secrets": kept});
            terminal::hand_over(format_args!("{json}\n")).context(LOST)?;
            return Ok(ExitCode::SUCCESS);
        }
        None => terminal::hand_over(&*text).context(LOST)?,
    }
    report(options, count, 0)?;
    Ok(ExitCode::SUCCESS)
}

/// Whose a new secret is.
fn whose(command: &Command, made: &Object) -> String {
    let client = command.selector.client.as_deref();
    let name = client.unwrap_or(&command.selector).name.as_deref();
    let id = ["client_id", "id"].map(|field| text(made, field));
    let id = id.into_iter().find(|id| !id.is_empty()).unwrap_or_default();
    format!("{} ({id})", name.unwrap_or_default())
}

/// Each command by itself.
async fn each(
    api: Api,
    name: &str,
    commands: &[Numbered],
    options: &Options,
) -> anyhow::Result<ExitCode> {
    if options.secrets_file.is_some() {
        bail!(UsageError(
            "--secrets-file does not go with --batch-continue-on-error".into()
        ));
    }
    let mut free = Some(api);
    let mut failures = 0;
    for numbered in commands {
        let api = match free.take() {
            Some(api) => api,
            None => Api::open(&options.connection)?,
        };
        match perform(api, &numbered.command, options).await {
            Ok(api) => free = Some(api),
            Err(error) => {
                failures += 1;
                let number = numbered.number;
                terminal::complain(format_args!("ambit: {name}:{number}: {error:#}"));
            }
        }
    }
    let total = commands.len();
    report(options, total - failures, failures)?;
    Ok(match failures {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::from(exit::INCOMPLETE),
    })
}

fn report(options: &Options, applied: usize, failures: usize) -> anyhow::Result<()> {
    if options.json {
        let json = serde_json::json!({"applied": applied, "failed": failures});
        return Ok(terminal::say(json)?);
    }
    let commands = |count: usize| match count {
        1 => "1 command".to_owned(),
        count => format!("{count} commands"),
    };
    terminal::say(match failures {
        0 => format!("{} applied", commands(applied)),
        _ => format!("{} applied, {failures} failed", commands(applied)),
    })?;
    Ok(())
}

/// An error of a command, with its place: nothing was done then.
fn failure(name: &str, at: &Numbered, error: anyhow::Error) -> anyhow::Error {
    let is_usage = error.is::<UsageError>();
    let error = problem::about(at.command.noun)(error);
    let error = match error.is::<Problem>() {
        true => error.context(failed(&at.command)),
        false => error,
    };
    let text = format!("{name}:{}: {error:#}\n{NOTHING}", at.number);
    match is_usage {
        true => UsageError(text).into(),
        false => anyhow::anyhow!(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manage::{examples, noun::NOUNS};

    /// Also those that show something, and those that read a file.
    #[test]
    fn every_example_of_the_help_is_a_command() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "attributes.json",
            "approved.cedar",
            "password.txt",
            "secret.txt",
        ] {
            std::fs::write(folder.path().join(name), "[]").unwrap();
        }
        let files = format!("<{}/", folder.path().display());
        let mut parser = arguments::batch_line();
        for noun in NOUNS {
            for verb in noun.verbs {
                let text = examples::of(noun, *verb).replace('<', &files);
                let (_, examples) = text.split_once("Examples:\n").unwrap();
                let lines = file::lines(examples);
                assert!(!lines.is_empty(), "{text}");
                for line in lines {
                    let line = line.unwrap();
                    let read = read(&mut parser, &line, true);
                    assert!(read.is_ok(), "{:?}: {:#}", line.words, read.unwrap_err());
                }
            }
        }
    }
}
