//! From a file's records to items, with what is skipped and rejected on the way.

use super::{
    group,
    item::{Item, Kind},
    person,
    report::Report,
};
use crate::ldif::{Dn, Entry, Reader};
use std::{
    collections::HashMap,
    io::{self, BufRead},
};

/// Reads a whole file. What can't become an item is in the report.
pub(super) fn read(source: impl BufRead, report: &mut Report) -> io::Result<Vec<Item>> {
    let mut items = Vec::new();
    let mut seen = Seen::default();
    for record in Reader::new(source) {
        report.read += 1;
        match record? {
            Ok(entry) => items.extend(item(&entry, &mut seen, report)),
            Err(error) => {
                report.reject(error.line, error.dn.as_deref().unwrap_or(""), error.reason);
            }
        }
    }
    Ok(items)
}

/// On which line each name was first seen.
#[derive(Default)]
struct Seen {
    names: HashMap<Dn, usize>,
    user_names: HashMap<String, usize>,
}

fn item(entry: &Entry, seen: &mut Seen, report: &mut Report) -> Option<Item> {
    let Some(kind) = kind(entry) else {
        let class = entry.object_classes().filter(|class| class != "top").last();
        let class = class.as_deref().unwrap_or("no object class");
        report.skip(format!("neither a person nor a group: {class}"));
        return None;
    };
    let mapped = Dn::parse(&entry.dn)
        .map_err(|error| error.to_string())
        .and_then(|dn| {
            if let Some(line) = seen.names.get(&dn) {
                return Err(format!("the entry of line {line} has the same name"));
            }
            seen.names.insert(dn.clone(), entry.line);
            match kind {
                Kind::User => person::map(entry, dn),
                Kind::Group => group::map(entry, dn),
            }
        });
    let mapped = mapped.and_then(|(item, left)| {
        let Some(user_name) = item.text("userName") else {
            return Ok((item, left));
        };
        match seen.user_names.get(&*scim::fold(user_name)) {
            Some(line) => Err(format!(
                "the entry of line {line} has the userName `{user_name}` too"
            )),
            None => {
                seen.user_names
                    .insert(scim::fold(user_name).into_owned(), entry.line);
                Ok((item, left))
            }
        }
    });
    match mapped {
        Ok((item, left)) => {
            report.leave_out(left);
            Some(item)
        }
        Err(reason) => {
            report.reject(entry.line, &entry.dn, reason);
            None
        }
    }
}

/// What the entry's object classes make of it. A group is a group even if it is an account too.
fn kind(entry: &Entry) -> Option<Kind> {
    let classes: Vec<String> = entry.object_classes().collect();
    let any = |of: &[&str]| classes.iter().any(|class| of.contains(&class.as_str()));
    if any(group::CLASSES) {
        return Some(Kind::Group);
    }
    any(person::CLASSES).then_some(Kind::User)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn plan(text: &str) -> (Vec<Item>, Report) {
        let mut report = Report::default();
        let items = read(text.as_bytes(), &mut report).unwrap();
        (items, report)
    }

    #[test]
    fn every_entry_is_an_item_or_skipped_or_rejected_with_a_reason() {
        let (items, report) = plan(
            "dn: o=X\nobjectClass: top\nobjectClass: organization\no: X\n\n\
             dn: uid=a,o=X\nobjectClass: person\nuid: a\n\n\
             dn: UID=A, o=x\nobjectClass: person\nuid: other\n\n\
             dn: uid=b,o=X\nobjectClass: person\nuid: A\n\n\
             dn: cn=g,o=X\nobjectClass: groupOfNames\ncn: g\n\n\
             dn: nonsense\nobjectClass: person\nuid: c\n\n\
             dn: uid=d\nchangetype: delete\n",
        );
        assert_eq!(
            items.iter().map(|item| item.line).collect::<Vec<_>>(),
            [6, 18]
        );
        assert_eq!(report.read, 7);
        let skipped: Vec<_> = report.skipped.iter().collect();
        assert_eq!(
            skipped,
            [(&"neither a person nor a group: organization".to_owned(), &1)]
        );
        let reasons: Vec<_> = report
            .rejected
            .iter()
            .map(|r| (r.line, r.reason.as_str()))
            .collect();
        assert_eq!(
            reasons,
            [
                (10, "the entry of line 6 has the same name"),
                (14, "the entry of line 6 has the userName `A` too"),
                (22, "not a distinguished name (RFC 4514)"),
                (27, "a change record; only content records can be imported"),
            ]
        );
    }

    #[test]
    fn left_over_values_are_counted_for_what_is_imported_only() {
        let (_, report) = plan(
            "dn: o=X\nobjectClass: organization\no: X\ndescription: d\n\n\
             dn: uid=a\nobjectClass: person\nuid: a\ndescription: d\nuserPassword: p\n\n\
             dn: uid=a\nobjectClass: person\nuid: a\ndescription: d\n",
        );
        assert_eq!(report.unmapped, [("description".to_owned(), 1)].into());
        assert_eq!(report.passwords, 1);
    }
}
