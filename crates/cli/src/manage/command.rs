//! A command: a verb, an object, and what is asked of it.

use super::{
    assignment::{Assignment, Source},
    batch,
    change::{Changes, Given, Moment},
    definition::{self, Definition},
    noun::{self, Noun, Place, Verb},
    property::{self, Property},
    table::Style,
    world::Selector,
};
use crate::exit::UsageError;
use anyhow::{Context, bail};
use clap::ArgMatches;

/// A command, checked as far as that needs no server.
#[derive(Debug, Clone)]
pub(super) struct Command {
    /// What it is about.
    pub(super) noun: &'static Noun,
    /// Its definition.
    pub(super) definition: &'static Definition,
    /// Which one.
    pub(super) selector: Selector,
    /// What is to be done.
    pub(super) action: Action,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub(super) enum Action {
    /// Show all.
    List {
        properties: Vec<Property>,
        filter: Option<String>,
        style: Style,
    },
    /// Show one.
    Get {
        properties: Vec<Property>,
        style: Style,
    },
    /// Change one.
    Set { changes: Changes, given: Given },
    /// Make one.
    Create { changes: Changes, given: Given },
    /// Delete one; with force it need not be there.
    Delete { force: bool },
}

impl Command {
    /// Reads what clap found after the command `name`.
    pub(super) fn read(
        noun: &'static Noun,
        verb: Verb,
        found: &ArgMatches,
    ) -> anyhow::Result<Self> {
        let definition = defined(noun)?;
        let texts = |id: &str| -> Vec<String> {
            let values = found.try_get_many::<String>(id).ok().flatten();
            values.into_iter().flatten().cloned().collect()
        };
        let text = |id: &str| texts(id).pop();
        let flag = |id: &str| matches!(found.try_get_one::<bool>(id), Ok(Some(true)));
        let assignments = |id: &str| -> Result<Vec<Assignment>, UsageError> {
            texts(id)
                .iter()
                .map(|text| Assignment::read(text))
                .collect()
        };
        let properties = || -> Result<Vec<Property>, UsageError> {
            texts("property")
                .iter()
                .map(|name| property::find(noun, definition, name))
                .collect()
        };
        let style = match (flag("tab-delimited"), flag("script-friendly")) {
            (true, _) => Style::Tabs,
            (false, true) => Style::Script,
            _ => Style::Table,
        };
        let selector = selector(noun, &text);
        let action = match verb {
            Verb::List => Action::List {
                properties: properties()?,
                filter: text("filter"),
                style,
            },
            Verb::Get => Action::Get {
                properties: properties()?,
                style,
            },
            Verb::Delete => Action::Delete {
                force: flag("force"),
            },
            Verb::Set => {
                let given = Given {
                    set: assignments("set")?,
                    add: assignments("add")?,
                    remove: assignments("remove")?,
                    reset: texts("reset"),
                };
                return Self::set(noun, selector, given);
            }
            Verb::Create => {
                let mut given = Given {
                    set: assignments("set")?,
                    ..Given::default()
                };
                if let Some(scope_type) = text("type") {
                    given.set.insert(0, assigned("type", scope_type));
                }
                return Self::create(noun, selector, given);
            }
        };
        Ok(Self {
            noun,
            definition,
            selector,
            action,
        })
    }

    /// A command that changes one.
    pub(super) fn set(
        noun: &'static Noun,
        selector: Selector,
        given: Given,
    ) -> anyhow::Result<Self> {
        let definition = defined(noun)?;
        let changes = Changes::read(noun, definition, &given, Moment::Change)?;
        if changes.is_empty() {
            bail!(UsageError(
                "nothing is to be changed: --set, --add, --remove or --reset says what".into()
            ));
        }
        let action = Action::Set { changes, given };
        Ok(Self {
            noun,
            definition,
            selector,
            action,
        })
    }

    /// A command that makes one.
    pub(super) fn create(
        noun: &'static Noun,
        selector: Selector,
        given: Given,
    ) -> anyhow::Result<Self> {
        let definition = defined(noun)?;
        let mut named = given.clone();
        if noun.named_by_author {
            let name = selector.name.clone().unwrap_or_default();
            named
                .set
                .push(assigned(&property_of(definition, noun.name_field()), name));
        }
        if let Some(version) = selector
            .version
            .clone()
            .filter(|version| !version.is_empty())
        {
            named.set.push(assigned("version", version));
        }
        let mut changes = Changes::read(noun, definition, &named, Moment::Creation)?;
        if noun.resource == "scopes" && changes.fields().all(|field| field != "type") {
            let scope_type = scope_type(&changes.fields().collect::<Vec<_>>())?;
            let assignment = assigned("type", scope_type.to_owned());
            changes.set(noun, definition, &assignment, Moment::Creation)?;
        }
        Ok(Self {
            noun,
            definition,
            selector,
            action: Action::Create { changes, given },
        })
    }

    /// Its verb.
    pub(super) fn verb(&self) -> Verb {
        match self.action {
            Action::List { .. } => Verb::List,
            Action::Get { .. } => Verb::Get,
            Action::Set { .. } => Verb::Set,
            Action::Create { .. } => Verb::Create,
            Action::Delete { .. } => Verb::Delete,
        }
    }

    /// The words that say the same: `create-oauth2-scope --scope-name …`.
    pub(super) fn words(&self) -> Vec<String> {
        let mut words = vec![self.noun.command(self.verb())];
        words.extend(naming(self.noun, &self.selector));
        let mut flag = |name: &str, value: &str| {
            words.extend([format!("--{name}"), value.to_owned()]);
        };
        match &self.action {
            Action::List {
                properties, filter, ..
            } => {
                properties.iter().for_each(|p| flag("property", &p.name()));
                filter.iter().for_each(|filter| flag("filter", filter));
            }
            Action::Get { properties, .. } => {
                properties.iter().for_each(|p| flag("property", &p.name()));
            }
            Action::Set { given, .. } | Action::Create { given, .. } => {
                for (name, assignments) in [
                    ("set", &given.set),
                    ("add", &given.add),
                    ("remove", &given.remove),
                ] {
                    for assignment in assignments {
                        match &assignment.value {
                            Source::Given(text)
                                if assignment.property == "type"
                                    && matches!(self.action, Action::Create { .. }) =>
                            {
                                flag("type", text);
                            }
                            _ => flag(name, &assignment.written()),
                        }
                    }
                }
                given.reset.iter().for_each(|name| flag("reset", name));
            }
            Action::Delete { force } => {
                if *force {
                    words.push("--force".into());
                }
            }
        }
        words
    }

    /// The same as one line for a shell or a batch file.
    pub(super) fn line(&self) -> String {
        batch::join(self.words().iter().map(String::as_str))
    }
}

/// The flags that name an object.
pub(super) fn naming(noun: &Noun, selector: &Selector) -> Vec<String> {
    let client = selector.client.as_deref();
    let named = [
        (
            "client-name",
            client.and_then(|client| client.name.as_ref()),
        ),
        (
            noun::CLIENT_VERSION,
            client.and_then(|client| client.version.as_ref()),
        ),
        (noun.flag(), selector.name.as_ref()),
        (noun::CLIENT_VERSION, selector.version.as_ref()),
    ];
    let given = named
        .into_iter()
        .filter_map(|(flag, value)| Some([format!("--{flag}"), value?.clone()]));
    given.flatten().collect()
}

/// The definition of a kind of object.
pub(super) fn defined(noun: &'static Noun) -> anyhow::Result<&'static Definition> {
    definition::of(noun.resource).with_context(|| format!("this server has no {}", noun.plural))
}

/// The name of the property that a field is.
fn property_of(definition: &'static Definition, field: &str) -> String {
    let field = definition.field(field);
    field
        .map(|field| Property { field }.name())
        .unwrap_or_default()
}

pub(super) fn assigned(property: &str, value: String) -> Assignment {
    Assignment {
        property: property.to_owned(),
        value: Source::Given(value),
    }
}

fn selector(noun: &'static Noun, text: &impl Fn(&str) -> Option<String>) -> Selector {
    let version = text(noun::CLIENT_VERSION);
    let below_client = noun.place == Place::Client;
    let client = below_client.then(|| {
        Box::new(Selector {
            name: text("client-name"),
            version: version.clone(),
            client: None,
        })
    });
    Selector {
        name: text(noun.flag()),
        version: version.filter(|_| noun.has_versions()),
        client,
    }
}

/// The type of a scope that has these fields, where none is given (product §11).
fn scope_type(fields: &[&str]) -> Result<&'static str, UsageError> {
    let has = |name: &str| fields.contains(&name);
    match (
        has("scim_resource_type"),
        has("services"),
        has("consent_prompt_text"),
    ) {
        (true, true, _) => Err(UsageError(
            "`scim-resource-type` makes it a scope of the type `resource`, `service` one of the type \
             `service`: it can't have both"
                .into(),
        )),
        (true, false, _) => Ok("resource"),
        (false, true, _) => Ok("service"),
        (false, false, true) => Ok("authenticated-identity"),
        (false, false, false) => Err(UsageError(
            "--type is needed: it follows from `scim-resource-type`, `service` or \
             `consent-prompt-text`, and none of them is set"
                .into(),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_a_scope_follows_from_its_properties() {
        assert_eq!(
            scope_type(&["name", "scim_resource_type", "consent_prompt_text"]).unwrap(),
            "resource"
        );
        assert_eq!(scope_type(&["services"]).unwrap(), "service");
        assert_eq!(
            scope_type(&["consent_prompt_text"]).unwrap(),
            "authenticated-identity"
        );
        assert!(scope_type(&["services", "scim_resource_type"]).is_err());
        assert!(scope_type(&["description"]).is_err());
    }
}
