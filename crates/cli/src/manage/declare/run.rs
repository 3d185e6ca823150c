//! `ambit config export`, `plan` and `apply`.

use super::{
    difference::{Difference, compare},
    read,
    step::Step,
    write,
};
use crate::{
    exit::{self, UsageError},
    manage::{
        api::Api,
        compiler::{Compiler, secrets},
        problem::{self, Problem},
        run::{Options, is_stale, secrets_of, told},
        world::{Selector, World},
    },
    terminal,
};
use anyhow::{Context, bail};
use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, value_parser};
use std::{
    fs::Permissions,
    io::{self, IsTerminal, Write},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::ExitCode,
};

const EXPORT_HELP: &str = "\
Not in the file are keys, tokens, grants, who has a role, clients that registered themselves, and
the secrets of clients. A realm that the file is applied to gets the same file when it is exported.

Examples:
  ambit config export --output realm.toml
  ambit config export | diff realm.toml -";

const PLAN_HELP: &str = "\
Kinds of objects that the file does not name are left alone; of a kind that it names, what is not
in the file is to be deleted, but for what Ambit brought and the client that asks. The variables and
files that new or changed objects have their secrets from must be there.

Exit codes:
  0  no difference
  1  failed
  2  there are differences

Examples:
  ambit config plan realm.toml
  ambit config plan realm.toml --json";

const APPLY_HELP: &str = "\
All of it or nothing. New clients get secrets; --secrets-file F keeps them in a new file of mode
600, without it they are lost and `create-client-secret` makes others.

Examples:
  ambit config apply realm.toml
  ambit config apply realm.toml --yes --secrets-file new-secrets.json";

/// The three commands.
pub(in crate::manage) fn commands() -> [Command; 3] {
    let file = Arg::new("file")
        .value_name("FILE")
        .required(true)
        .value_hint(ValueHint::FilePath)
        .value_parser(value_parser!(PathBuf))
        .help("The file");
    [
        Command::new("export")
            .about("Write the realm's configuration into one file")
            .after_long_help(EXPORT_HELP)
            .arg(
                Arg::new("output")
                    .long("output")
                    .short('o')
                    .value_name("FILE")
                    .value_hint(ValueHint::FilePath)
                    .value_parser(value_parser!(PathBuf))
                    .help("The file [default: standard output]"),
            ),
        Command::new("plan")
            .about("Show what `apply` would change")
            .after_long_help(PLAN_HELP)
            .arg(file.clone()),
        Command::new("apply")
            .about("Make the realm what the file says")
            .after_long_help(APPLY_HELP)
            .arg(file)
            .arg(
                Arg::new("yes")
                    .long("yes")
                    .short('y')
                    .action(ArgAction::SetTrue)
                    .help("Do not ask before it"),
            ),
    ]
}

/// Runs one of them.
pub(in crate::manage) async fn run(
    options: &Options,
    name: &str,
    found: &ArgMatches,
) -> anyhow::Result<ExitCode> {
    let path =
        |id: &str| -> Option<PathBuf> { found.try_get_one::<PathBuf>(id).ok().flatten().cloned() };
    match (name, path("file")) {
        ("plan", Some(file)) => plan(options, &file).await,
        ("apply", Some(file)) => apply(options, &file, found.get_flag("yes")).await,
        _ => export(options, path("output").as_deref()).await,
    }
}

async fn export(options: &Options, output: Option<&Path>) -> anyhow::Result<ExitCode> {
    let mut world = World::new(Api::open(&options.connection)?);
    let text = write::realm(&mut world).await?;
    match output {
        Some(file) => {
            replace(file, &text).with_context(|| format!("{} can't be written", file.display()))?
        }
        None => terminal::print(text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Puts the text into the place of a file, all or nothing.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let there = path.metadata().ok();
    // A pipe or a device stays what it is.
    if there.as_ref().is_some_and(|meta| !meta.is_file()) {
        return std::fs::write(path, text);
    }
    // What a link leads to is replaced, not the link.
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let mode = there.map_or(Permissions::from_mode(0o666), |meta| meta.permissions());
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    let mut file = tempfile::Builder::new()
        .permissions(mode)
        .tempfile_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

/// What the file and the realm differ in, as the server sees it.
async fn difference(options: &Options, file: &Path) -> anyhow::Result<Difference> {
    let name = file.display();
    let text = std::fs::read_to_string(file).with_context(|| format!("{name} can't be read"))?;
    let wanted = read::realm(&text).with_context(|| name.to_string())?;
    let api = Api::open(&options.connection)?;
    let own = api.client_id().map(str::to_owned);
    let compiler = Compiler::new(World::new(api), true);
    let mut difference = compare(compiler, &wanted, own.as_deref()).await?;
    if !difference.steps.is_empty() {
        let compiler = &mut difference.compiler;
        let tried = compiler.world.api.batch(&compiler.operations, true).await;
        match tried {
            Ok(results) => difference.confirm(results).await?,
            // Who may only read sees the difference as it stands in the file.
            Err(error) if lacks_rights(&error) => terminal::complain(format_args!(
                "the server could not try the changes, for which you have no right: {error}"
            )),
            Err(error) => return Err(refusal(&difference, error)),
        }
    }
    Ok(difference)
}

/// Whether the caller may not change what it compares; that it may not give so much is a finding.
fn lacks_rights(error: &anyhow::Error) -> bool {
    let problem = error.downcast_ref::<Problem>();
    problem.is_some_and(|problem| problem.code.as_deref() == Some("insufficient_scope"))
}

fn refusal(difference: &Difference, error: anyhow::Error) -> anyhow::Error {
    let operation = error
        .downcast_ref::<Problem>()
        .and_then(|problem| problem.operation);
    match operation.and_then(|at| difference.steps.get(at)) {
        Some(step) => problem::about(step.kind.noun)(error).context(step.title.clone()),
        None => error,
    }
}

fn report(options: &Options, difference: &Difference) -> anyhow::Result<()> {
    let count = |sign: char| {
        difference
            .steps
            .iter()
            .filter(|step| step.sign() == sign)
            .count()
    };
    let (create, change, delete) = (count('+'), count('~'), count('-'));
    if options.json {
        let steps: Vec<_> = difference.steps.iter().map(Step::to_json).collect();
        return Ok(terminal::say(serde_json::to_string_pretty(&steps)?)?);
    }
    if difference.steps.is_empty() {
        return Ok(terminal::say("No differences.")?);
    }
    for step in &difference.steps {
        terminal::say(step.report().trim_end())?;
    }
    Ok(terminal::say(format_args!(
        "\n{create} to create, {change} to change, {delete} to delete."
    ))?)
}

async fn plan(options: &Options, file: &Path) -> anyhow::Result<ExitCode> {
    let difference = difference(options, file).await.map_err(plain)?;
    report(options, &difference)?;
    Ok(match difference.steps.is_empty() {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(exit::DIFFERENT),
    })
}

/// Of `plan`, 2 says that there are differences: what fails is 1, also where the file is wrong.
fn plain(error: anyhow::Error) -> anyhow::Error {
    anyhow::anyhow!("{error:#}")
}

async fn apply(options: &Options, file: &Path, sure: bool) -> anyhow::Result<ExitCode> {
    if !sure && !io::stdin().is_terminal() {
        bail!(UsageError(
            "nobody is there to be asked: --yes applies without a question".into()
        ));
    }
    let mut difference = difference(options, file).await?;
    report(options, &difference)?;
    if difference.steps.is_empty() {
        return Ok(ExitCode::SUCCESS);
    }
    if !sure && !agreed()? {
        terminal::complain("nothing was applied");
        return Ok(ExitCode::FAILURE);
    }
    let secrets_file = options.new_secrets_file()?;
    let compiler = &mut difference.compiler;
    let applied = compiler.world.api.batch(&compiler.operations, false).await;
    let results = applied.map_err(|error| match is_stale(&error) {
        true => error.context("somebody changed the realm meanwhile; nothing was applied"),
        false => told(
            refusal(&difference, error),
            "nothing was applied",
            "it was applied; `plan` tells",
        ),
    })?;
    let mut kept = Vec::new();
    for (step, mut made) in difference.steps.iter().zip(results) {
        if !secrets(&made).is_empty() {
            kept.push(secrets_of(step.kind.noun, &Selector::default(), &mut made));
        }
    }
    match secrets_file {
        Some(file) => file.fill(kept)?,
        None if !kept.is_empty() => terminal::complain(format_args!(
            "the secrets of {} new clients were not kept: `ambit config create-client-secret` \
             makes others",
            kept.len()
        )),
        None => {}
    }
    if !options.json {
        terminal::say("Applied.")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn agreed() -> anyhow::Result<bool> {
    write!(io::stdout(), "Apply this? (yes/no) ")?;
    io::stdout().flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim(), "yes" | "y"))
}
