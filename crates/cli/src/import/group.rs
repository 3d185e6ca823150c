//! A group (RFC 4519 `groupOfNames`, `groupOfUniqueNames`; RFC 2307 `posixGroup`) as a SCIM Group.

use super::{
    fields::{Fields, LeftOver},
    item::{Item, Kind, Reference},
};
use crate::ldif::{Dn, Entry};
use scim::urn::GROUP;
use serde_json::{Map, json};

/// Object classes of groups.
pub(super) const CLASSES: &[&str] = &["groupofnames", "groupofuniquenames", "posixgroup"];

/// Attributes of the Group that an import owns, besides `externalId` and `members`.
pub(super) const OWNED: &[&str] = &["displayName"];

/// Maps a group. `Err` says why it can't be imported.
pub(super) fn map(entry: &Entry, dn: Dn) -> Result<(Item, LeftOver), String> {
    let mut fields = Fields::new(entry);
    let name = fields
        .first(&["cn"])?
        .ok_or("it has no cn to make a displayName from")?;
    let mut references = Vec::new();
    for attribute in ["member", "uniquemember"] {
        let members = fields.all(attribute)?.into_iter();
        references.extend(members.map(|value| Reference::by_dn(attribute, value)));
    }
    let members = fields.all("memberuid")?.into_iter();
    references.extend(members.map(|value| Reference::by_user_name("memberuid", value)));
    let mut body = Map::new();
    body.insert("schemas".into(), json!([GROUP]));
    body.insert("externalId".into(), dn.as_str().into());
    body.insert("displayName".into(), name.into());
    let item = Item {
        kind: Kind::Group,
        line: entry.line,
        dn,
        body,
        references,
    };
    Ok((item, fields.left_over()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{import::item::Whom, ldif::Reader};

    #[test]
    fn members_of_every_kind_are_references() {
        let text = "dn: cn=g\ncn: g\nmember: uid=a\nuniqueMember: uid=b#'0101'B\nmemberUid: c\n\
                    uniqueMember: nobody\ngidNumber: 7\n";
        let entry = Reader::new(text.as_bytes())
            .next()
            .unwrap()
            .unwrap()
            .unwrap();
        let (item, left) = map(&entry, Dn::parse("cn=g").unwrap()).unwrap();
        let to: Vec<_> = item
            .references
            .iter()
            .map(|reference| reference.to.clone())
            .collect();
        assert_eq!(
            to,
            [
                Whom::Entry(Dn::parse("uid=a").unwrap()),
                Whom::Entry(Dn::parse("uid=b").unwrap()),
                Whom::Nobody,
                Whom::UserName("c".into()),
            ]
        );
        assert_eq!(left.unmapped, [("gidnumber".into(), 1)].into());
    }
}
