//! `ambit config config-audit`: what was changed, as commands that can be replayed.

mod change;
mod ledger;

use super::{
    api::Api,
    change::Object,
    definition,
    noun::{self, Noun, Verb},
    run::Options,
    table::visible,
    world::{World, text},
};
use crate::terminal;
use change::Change;
use clap::{Arg, ArgMatches, Command};
use ledger::{Ledger, Named};
use serde_json::Value;
use std::collections::BTreeSet;

/// The command.
pub(super) fn command() -> Command {
    Command::new("config-audit")
        .about("Show what was changed, as a batch file that does the same again")
        .arg(
            Arg::new("since")
                .long("since")
                .value_name("TIME")
                .help("Only what was done at this time or later (RFC 3339)"),
        )
        .after_long_help(
            "Before each command stands who did it and when, and the command that undoes it. What\n\
             can't be done again by a command, such as new keys and secrets, is a comment.\n\n\
             Examples:\n  ambit config config-audit > changes.batch\n  ambit config config-audit \
             --since 2026-11-01T00:00:00Z",
        )
}

/// Runs it.
pub(super) async fn run(options: &Options, found: &ArgMatches) -> anyhow::Result<()> {
    let mut world = World::new(Api::open(&options.connection)?);
    let mut asked = None;
    if let Some(since) = found.get_one::<String>("since") {
        let filter = format!("at ge {}", Value::from(since.as_str()));
        let events = world.api.list("audit-events", Some(&filter)).await?;
        asked = Some(events.iter().map(sequence).collect::<BTreeSet<u64>>());
    }
    // Also of what was before: an object is named as it was called then.
    let mut events = world.api.list("audit-events", None).await?;
    events.sort_by_key(sequence);
    let is_asked = |event: &Object| {
        asked
            .as_ref()
            .is_none_or(|asked| asked.contains(&sequence(event)))
    };
    if options.json {
        let events: Vec<&Object> = events.iter().filter(|event| is_asked(event)).collect();
        terminal::say(serde_json::to_string_pretty(&events)?)?;
        return Ok(());
    }
    let mut ledger = Ledger::new(world);
    for event in &events {
        if is_asked(event)
            && let Some(entry) = entry(&mut ledger, event).await?
        {
            terminal::say(entry)?;
        }
        ledger.note(event);
    }
    Ok(())
}

fn sequence(event: &Object) -> u64 {
    event
        .get("sequence")
        .and_then(Value::as_u64)
        .unwrap_or_default()
}

/// What happened, as lines of a batch file; none, if it was no configuration of an administrator.
async fn entry(ledger: &mut Ledger, event: &Object) -> anyhow::Result<Option<String>> {
    let noun = noun::of_resource(text(event, "resource"));
    let Some((noun, definition)) =
        noun.and_then(|noun| Some((noun, definition::of(noun.resource)?)))
    else {
        return Ok(None);
    };
    let by_somebody = matches!(text(event, "actor"), "client" | "person" | "registrant");
    if !by_somebody || !noun.verbs.contains(&Verb::Create) {
        return Ok(None);
    }
    let who = actor(ledger, event).await?;
    let mut heading = format!("# {} by {who}", visible(text(event, "at")));
    let change = Change {
        noun,
        definition,
        place: ledger.place(noun, event).await?,
        before: side(ledger, noun, event, "before").await?,
        after: side(ledger, noun, event, "after").await?,
    };
    let Some((done, undone)) = change.command(false).zip(change.command(true)) else {
        let (action, name) = (text(event, "action"), change.title(event));
        let why = match change.is_of_people() {
            true => "whose members are no configuration",
            false => "which no command does again",
        };
        let what = format!(": {action} {} `{name}`, {why}", noun.title);
        heading.push_str(&visible(&what));
        return Ok(Some(format!("{heading}\n")));
    };
    for secret in change.secrets() {
        heading.push_str(&format!("\n# its {secret} is not recorded"));
    }
    Ok(Some(format!("{heading}\n# undo: {undone}\n{done}\n")))
}

async fn actor(ledger: &mut Ledger, event: &Object) -> anyhow::Result<String> {
    let client = ledger
        .named("applications", text(event, "client_id"))
        .await?
        .name;
    let client = visible(&client);
    Ok(match text(event, "person") {
        "" => format!("the client {client}"),
        person => format!("the person {} through {client}", visible(person)),
    })
}

/// The object before or after, with names for ids.
async fn side(
    ledger: &mut Ledger,
    noun: &'static Noun,
    event: &Object,
    name: &str,
) -> anyhow::Result<Option<Object>> {
    Ok(match event.get(name) {
        Some(Value::Object(object)) => Some(ledger.with_names(noun, object).await?),
        _ => None,
    })
}
