//! Reading a whole trail and checking it here.

use super::{known::Known, report::Report, trail::Trail};
use crate::{session::ConnectionArgs, terminal};
use domain::audit::{Broken, Check};
use std::io::{IsTerminal, stderr};

/// Checks the trail of a realm, which must have the event `written_down`.
pub(super) async fn verify(
    connection: &ConnectionArgs,
    written_down: Option<Known>,
) -> anyhow::Result<Report> {
    let mut trail = Trail::open(connection)?;
    let mut check = Check::new(trail.realm()?);
    // First: what is added while the trail is read comes after it.
    let end = trail.head().await?;
    let mut broken = Vec::new();
    if let Some(end) = &end {
        check = check.knowing(end.sequence, end.hash);
        if let Some(reason) = end.finding.clone() {
            let sequence = end.sequence;
            broken.push(Broken { sequence, reason });
        }
    }
    if let Some(known) = written_down {
        check = check.knowing(known.sequence, known.hash);
    }
    let mut head = None;
    while let Some(page) = trail.page().await? {
        for shown in page {
            let finding = shown.finding.as_deref();
            check.event(shown.sequence, &shown.event, &shown.hash, finding);
            let (sequence, hash) = (shown.sequence, shown.hash);
            head = Some(Known { sequence, hash });
        }
        if stderr().is_terminal() {
            terminal::complain(format_args!("{} events", check.seen()));
        }
    }
    broken.extend(check.finish());
    broken.sort_by_key(|broken| broken.sequence);
    broken.dedup();
    Ok(Report {
        realm: trail.issuer().to_owned(),
        head,
        broken,
    })
}
