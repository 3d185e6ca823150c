//! The steps of an import: read, look up, create, link and update, report.
//!
//! References go by id, and ids are known only when everything is there: so resources are made
//! without them first, and then each resource, new or old, is patched where it differs from the
//! file. An import that was cut off is completed by running it again.

use super::{
    LdifArgs,
    bulk::{self, Operation, Written},
    diff,
    existing::{Existing, id_of},
    item::Item,
    plan,
    progress::Progress,
    references::Ids,
    report::{Rejected, Report},
    session::Session,
};
use anyhow::Context;
use serde_json::Value;
use std::{fs::File, io::BufReader};

/// An item whose resource is there.
struct Present {
    item: Item,
    id: String,
    /// The resource before this run changes it.
    resource: Value,
    is_new: bool,
}

/// Imports a file.
pub(super) async fn ldif(args: &LdifArgs) -> anyhow::Result<Report> {
    let credentials = args.target.credentials()?;
    let http = args.target.http(&credentials)?;
    let mut report = Report {
        dry_run: args.dry_run,
        ..Report::default()
    };
    let file = args.file.display();
    let source = File::open(&args.file).with_context(|| format!("{file} can't be opened"))?;
    let items = plan::read(BufReader::new(source), &mut report)
        .with_context(|| format!("{file} can't be read"))?;

    let mut session = Session::open(http, credentials).await?;
    let existing = Existing::look_up(&mut session, &items).await?;
    let (mut present, to_create) = settle(items, &existing, &mut report);
    present.extend(create(&mut session, to_create, &mut report).await?);
    let mut ids = Ids::default();
    for one in &present {
        ids.add(&one.item, one.id.clone());
    }
    update(&mut session, &present, &ids, &existing, &mut report).await?;
    report.rejected.sort_by_key(|rejected| rejected.line);
    Ok(report)
}

/// Tells what is there from what is to be made.
fn settle(items: Vec<Item>, existing: &Existing, report: &mut Report) -> (Vec<Present>, Vec<Item>) {
    let (mut present, mut to_create) = (Vec::new(), Vec::new());
    for item in items {
        let found = existing.entry(item.kind, item.dn.as_str());
        let namesake = item
            .text("userName")
            .and_then(|name| existing.user_name(name));
        if let Some((found, id)) = found.and_then(|found| Some((found, id_of(found)?))) {
            let (id, resource) = (id.to_owned(), found.clone());
            present.push(Present {
                item,
                id,
                resource,
                is_new: false,
            });
        } else if namesake.is_some() {
            let name = item.text("userName").unwrap_or_default();
            let reason = format!("the realm has another person with the userName `{name}`");
            report.reject(item.line, item.dn.as_str(), reason);
        } else {
            to_create.push(item);
        }
    }
    (present, to_create)
}

/// Makes what is missing, without references.
async fn create(
    session: &mut Session,
    items: Vec<Item>,
    report: &mut Report,
) -> anyhow::Result<Vec<Present>> {
    let operations: Vec<Operation> = items
        .iter()
        .map(|item| Operation::create(item.kind.endpoint(), Value::Object(item.body.clone())))
        .collect();
    let written = match report.dry_run {
        // No resource has the entry's name as its id, so it stands for the id that there will be.
        true => items.iter().map(|item| Ok(item.dn.to_string())).collect(),
        false => send(session, "creating", &operations).await?,
    };
    let mut present = Vec::new();
    for (item, written) in items.into_iter().zip(written) {
        match written {
            Ok(id) => {
                report.create(item.kind);
                let resource = Value::Object(item.body.clone());
                present.push(Present {
                    item,
                    id,
                    resource,
                    is_new: true,
                });
            }
            Err(reason) => report.reject(item.line, item.dn.as_str(), reason),
        }
    }
    Ok(present)
}

/// Patches every resource that differs from the file.
async fn update(
    session: &mut Session,
    present: &[Present],
    ids: &Ids,
    existing: &Existing,
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut operations = Vec::new();
    let mut counts = Vec::new();
    for one in present {
        let links = ids.resolve(&one.item, existing, report);
        let patches = diff::patches(&one.item, &links, &one.resource);
        counts.push(patches.len());
        let endpoint = one.item.kind.endpoint();
        operations.extend(
            patches
                .into_iter()
                .map(|body| Operation::patch(endpoint, &one.id, body)),
        );
    }
    let written = match report.dry_run {
        true => operations.iter().map(|_| Ok(String::new())).collect(),
        false => send(session, "linking", &operations).await?,
    };
    let mut written = written.into_iter();
    for (one, count) in present.iter().zip(counts) {
        let failed: Option<String> = written.by_ref().take(count).filter_map(Result::err).next();
        match (failed, one.is_new) {
            (None, true) => {}
            (None, false) if count == 0 => report.skip("unchanged".into()),
            (None, false) => report.updated += 1,
            (Some(reason), true) => {
                let (line, dn) = (one.item.line, one.item.dn.to_string());
                report.unlinked.push(Rejected { line, dn, reason });
            }
            (Some(reason), false) => report.reject(one.item.line, one.item.dn.as_str(), reason),
        }
    }
    Ok(())
}

async fn send(
    session: &mut Session,
    phase: &'static str,
    operations: &[Operation],
) -> anyhow::Result<Vec<Written>> {
    let progress = Progress::begin(phase, operations.len());
    bulk::send(session, operations, |count| progress.advance(count))
        .await
        .context("the import stopped half-way; run it again and it goes on from there")
}
