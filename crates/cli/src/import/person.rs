//! A person (RFC 2798 `inetOrgPerson`) as a SCIM User (RFC 7643 §4.1 and §4.3).

use super::{
    fields::{Fields, LeftOver},
    item::{Item, Kind, Reference},
};
use crate::ldif::{Dn, Entry};
use scim::urn::{ENTERPRISE_USER, USER};
use serde_json::{Map, Value, json};

/// Object classes of people and accounts.
pub(super) const CLASSES: &[&str] = &[
    "person",
    "organizationalperson",
    "inetorgperson",
    "account",
    "posixaccount",
];

/// Attributes of the User that an import owns, besides `externalId`: a value that the file does not
/// have is taken away. `emails`, `phoneNumbers` and `addresses` are owned whole.
pub(super) const OWNED: &[&str] = &[
    "userName",
    "displayName",
    "name.formatted",
    "name.familyName",
    "name.givenName",
    "name.honorificSuffix",
    "title",
    "userType",
    "preferredLanguage",
    "emails",
    "phoneNumbers",
    "addresses",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department",
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:organization",
];

/// LDAP attribute, and the `type` of the phone number that it is.
const PHONES: &[(&str, &str)] = &[
    ("telephonenumber", "work"),
    ("mobile", "mobile"),
    ("homephone", "home"),
    ("facsimiletelephonenumber", "fax"),
    ("pager", "pager"),
];

/// LDAP attributes that lock an account when true.
const LOCKS: &[&str] = &["nsaccountlock", "ds-pwp-account-disabled", "logindisabled"];

/// Maps a person. `Err` says why it can't be imported.
pub(super) fn map(entry: &Entry, dn: Dn) -> Result<(Item, LeftOver), String> {
    let mut fields = Fields::new(entry);
    let mut body = Map::new();
    let common_name = fields.first(&["cn"])?;
    let user_name = match fields.first(&["uid", "mail"])? {
        Some(name) => Some(name),
        None => common_name.clone(),
    };
    let user_name = user_name.ok_or("it has no uid, mail or cn to make a userName from")?;
    let display_name = fields
        .first(&["displayname"])?
        .or_else(|| common_name.clone());
    put(&mut body, "userName", Some(user_name));
    put(&mut body, "displayName", display_name);
    let mut name = Map::new();
    put(&mut name, "formatted", common_name);
    put(&mut name, "familyName", fields.first(&["sn", "surname"])?);
    put(&mut name, "givenName", fields.first(&["givenname"])?);
    put(
        &mut name,
        "honorificSuffix",
        fields.first(&["generationqualifier"])?,
    );
    if !name.is_empty() {
        body.insert("name".into(), name.into());
    }
    put(&mut body, "title", fields.first(&["title"])?);
    put(&mut body, "userType", fields.first(&["employeetype"])?);
    put(
        &mut body,
        "preferredLanguage",
        fields.first(&["preferredlanguage"])?,
    );
    put_list(&mut body, "emails", emails(&mut fields)?);
    put_list(&mut body, "phoneNumbers", phones(&mut fields)?);
    put_list(
        &mut body,
        "addresses",
        address(&mut fields)?.into_iter().collect(),
    );
    if let Some(locked) = locked(&mut fields)? {
        body.insert("active".into(), (!locked).into());
    }
    let mut enterprise = Map::new();
    put(
        &mut enterprise,
        "employeeNumber",
        fields.first(&["employeenumber"])?,
    );
    put(
        &mut enterprise,
        "department",
        fields.first(&["departmentnumber", "ou"])?,
    );
    put(&mut enterprise, "organization", fields.first(&["o"])?);
    let mut schemas = vec![USER];
    if !enterprise.is_empty() {
        schemas.push(ENTERPRISE_USER);
        body.insert(ENTERPRISE_USER.into(), enterprise.into());
    }
    body.insert("schemas".into(), json!(schemas));
    body.insert("externalId".into(), dn.as_str().into());
    let manager = fields.first(&["manager"])?;
    let references = manager
        .map(|value| Reference::by_dn("manager", value))
        .into_iter()
        .collect();
    let item = Item {
        kind: Kind::User,
        line: entry.line,
        dn,
        body,
        references,
    };
    Ok((item, fields.left_over()))
}

/// Whether the account is locked, if the entry says anything about it.
fn locked(fields: &mut Fields<'_>) -> Result<Option<bool>, String> {
    let mut locked = None;
    for attribute in LOCKS {
        if let Some(value) = fields.first(&[attribute])? {
            locked = Some(locked == Some(true) || value.eq_ignore_ascii_case("true"));
        }
    }
    Ok(locked)
}

fn emails(fields: &mut Fields<'_>) -> Result<Vec<Value>, String> {
    let mails = fields.all("mail")?.into_iter().enumerate();
    Ok(mails
        .map(|(index, mail)| match index {
            0 => json!({ "value": mail, "type": "work", "primary": true }),
            _ => json!({ "value": mail, "type": "work" }),
        })
        .collect())
}

fn phones(fields: &mut Fields<'_>) -> Result<Vec<Value>, String> {
    let mut phones = Vec::new();
    for (attribute, kind) in PHONES {
        for number in fields.all(attribute)? {
            phones.push(json!({ "value": number, "type": kind }));
        }
    }
    Ok(phones)
}

/// The one work address.
fn address(fields: &mut Fields<'_>) -> Result<Option<Value>, String> {
    let mut address = Map::new();
    // RFC 4517 §3.3.28: lines of a postal address are separated by `$`.
    let line = |line: &str| line.trim().replace("\\24", "$").replace("\\5C", "\\");
    let formatted = fields.first(&["postaladdress"])?;
    let formatted = formatted.map(|text| text.split('$').map(line).collect::<Vec<_>>().join("\n"));
    put(&mut address, "formatted", formatted);
    put(
        &mut address,
        "streetAddress",
        fields.first(&["street", "streetaddress"])?,
    );
    put(&mut address, "locality", fields.first(&["l"])?);
    put(&mut address, "region", fields.first(&["st"])?);
    put(&mut address, "postalCode", fields.first(&["postalcode"])?);
    put(&mut address, "country", fields.first(&["c"])?);
    if address.is_empty() {
        return Ok(None);
    }
    address.insert("type".into(), "work".into());
    Ok(Some(address.into()))
}

fn put(body: &mut Map<String, Value>, name: &str, value: Option<String>) {
    if let Some(value) = value {
        body.insert(name.into(), value.into());
    }
}

fn put_list(body: &mut Map<String, Value>, name: &str, values: Vec<Value>) {
    if !values.is_empty() {
        body.insert(name.into(), values.into());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::ldif::Reader;

    fn map_text(text: &str) -> Result<(Item, LeftOver), String> {
        let entry = Reader::new(text.as_bytes())
            .next()
            .unwrap()
            .unwrap()
            .unwrap();
        let dn = Dn::parse(&entry.dn).unwrap();
        map(&entry, dn)
    }

    #[test]
    fn every_mapped_attribute_arrives() {
        let (item, left) = map_text(
            "dn: uid=Ada, ou=People, o=X\nobjectClass: inetOrgPerson\nuid: ada\ncn: Ada Lovelace\n\
             sn: Lovelace\ngivenName: Ada\ngenerationQualifier: I\ndisplayName: Countess\n\
             title: Analyst\nemployeeType: staff\npreferredLanguage: en\nmail: ada@x.example\n\
             mail: a.l@x.example\ntelephoneNumber: +44 1\nmobile: +44 2\nfacsimileTelephoneNumber: +44 3\n\
             postalAddress: 1 Lane$London\nl: London\npostalCode: W1\nc: GB\nemployeeNumber: 7\n\
             ou: Engines\no: X\nmanager: uid=Charles,ou=People,o=X\nuserPassword: x\nroomNumber: 12\n",
        )
        .unwrap();
        let expected = json!({
            "userName": "ada", "displayName": "Countess",
            "name": { "formatted": "Ada Lovelace", "familyName": "Lovelace", "givenName": "Ada",
                      "honorificSuffix": "I" },
            "title": "Analyst", "userType": "staff", "preferredLanguage": "en",
            "emails": [{ "value": "ada@x.example", "type": "work", "primary": true },
                       { "value": "a.l@x.example", "type": "work" }],
            "phoneNumbers": [{ "value": "+44 1", "type": "work" }, { "value": "+44 2", "type": "mobile" },
                             { "value": "+44 3", "type": "fax" }],
            "addresses": [{ "formatted": "1 Lane\nLondon", "locality": "London", "postalCode": "W1",
                            "country": "GB", "type": "work" }],
            ENTERPRISE_USER: { "employeeNumber": "7", "department": "Engines", "organization": "X" },
            "schemas": [USER, ENTERPRISE_USER], "externalId": "uid=ada,ou=people,o=x",
        });
        assert_eq!(Value::Object(item.body), expected);
        assert_eq!(item.references.len(), 1);
        assert_eq!(left.unmapped, [("roomnumber".into(), 1)].into());
        assert_eq!(left.passwords, 1);
    }

    #[test]
    fn without_a_uid_the_mail_or_else_the_name_is_the_user_name() {
        let user_name =
            |text: &str| map_text(text).map(|(item, _)| item.text("userName").map(str::to_owned));
        assert_eq!(
            user_name("dn: cn=a\ncn: a\nmail: m@x\n"),
            Ok(Some("m@x".into()))
        );
        assert_eq!(user_name("dn: cn=a\ncn: a\n"), Ok(Some("a".into())));
        assert!(
            user_name("dn: cn=a\nsn: a\n")
                .unwrap_err()
                .contains("userName")
        );
    }

    #[test]
    fn a_mail_that_became_the_user_name_is_still_an_email() {
        let (item, left) = map_text("dn: cn=a\nmail: m@x\nmail: n@x\n").unwrap();
        assert_eq!(
            item.body.get("emails").unwrap().as_array().unwrap().len(),
            2
        );
        assert!(left.unmapped.is_empty());
    }

    #[test]
    fn a_lock_decides_about_active_and_without_one_it_is_left_to_the_realm() {
        let active = |text: &str| map_text(text).unwrap().0.body.get("active").cloned();
        assert_eq!(
            active("dn: uid=a\nuid: a\nnsAccountLock: TRUE\n"),
            Some(false.into())
        );
        let two = "dn: uid=a\nuid: a\nnsAccountLock: true\nloginDisabled: FALSE\n";
        assert_eq!(active(two), Some(false.into()));
        assert_eq!(
            active("dn: uid=a\nuid: a\nnsAccountLock: false\n"),
            Some(true.into())
        );
        assert_eq!(active("dn: uid=a\nuid: a\n"), None);
    }
}
