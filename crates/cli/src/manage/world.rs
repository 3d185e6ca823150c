//! The objects of a realm as commands find them: what the server has, and what earlier commands of a
//! batch will have made of it.

use super::{
    api::{Api, status_of},
    change::Object,
    definition, names,
    noun::{self, Noun, Place, Verb},
    problem,
};
use crate::exit::UsageError;
use anyhow::bail;
use reqwest::StatusCode;
use serde_json::Value;
use std::collections::BTreeMap;

/// A realm's objects.
pub(super) struct World {
    /// Where they are.
    pub(super) api: Api,
    held: Vec<Held>,
    names: BTreeMap<&'static str, BTreeMap<String, String>>,
    learned: BTreeMap<String, String>,
}

/// Which object is meant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Selector {
    /// Its name; none for the realm itself.
    pub(super) name: Option<String>,
    /// Of a client, its version, which is empty for that without one.
    pub(super) version: Option<String>,
    /// The client below which it is.
    pub(super) client: Option<Box<Selector>>,
}

/// An object, and where it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Found {
    /// Its path; the last segment is its id, or the label of the operation that makes it.
    pub(super) path: String,
    /// Its JSON.
    pub(super) object: Object,
    /// Its entity tag, if no earlier command has changed it.
    pub(super) tag: Option<String>,
}

/// What earlier commands have made of an object.
struct Held {
    resource: &'static str,
    collection: String,
    found: Found,
    gone: bool,
}

impl World {
    /// The realm as it is.
    pub(super) fn new(api: Api) -> Self {
        Self {
            api,
            held: Vec::new(),
            names: BTreeMap::new(),
            learned: BTreeMap::new(),
        }
    }

    /// Where the objects of this kind are.
    pub(super) async fn collection(
        &mut self,
        noun: &'static Noun,
        selector: &Selector,
    ) -> anyhow::Result<String> {
        Ok(match noun.place {
            Place::Realm => noun.resource.to_owned(),
            Place::Tenants => "/v1/tenants".to_owned(),
            Place::Realms => {
                let own = self.api.realm_path();
                own.rsplit_once('/').map_or(own, |(all, _)| all).to_owned()
            }
            Place::Client => {
                let client = selector.client.as_deref().cloned().unwrap_or_default();
                let clients = noun::of_resource("applications").unwrap_or(noun);
                let client = Box::pin(self.one(clients, &client)).await?;
                format!("{}/{}", client.path, noun.resource)
            }
        })
    }

    /// The object that is meant.
    pub(super) async fn one(
        &mut self,
        noun: &'static Noun,
        selector: &Selector,
    ) -> anyhow::Result<Found> {
        match self.find(noun, selector).await? {
            Some(found) => Ok(found),
            None => bail!("{}", missing(noun, selector)),
        }
    }

    /// The object that is meant, if there is one.
    pub(super) async fn find(
        &mut self,
        noun: &'static Noun,
        selector: &Selector,
    ) -> anyhow::Result<Option<Found>> {
        let about = problem::about(noun);
        let collection = self.collection(noun, selector).await?;
        let Some(name) = &selector.name else {
            // Only the realm itself is meant without a name.
            return self.at("").await.map_err(about);
        };
        if matches!(noun.place, Place::Realms | Place::Tenants) {
            let path = format!("{collection}/{}", segment(name));
            let path = match path == self.api.realm_path() {
                true => String::new(),
                false => path,
            };
            return self.at(&path).await.map_err(about);
        }
        if noun.name_field() == "id" {
            let path = format!("{collection}/{}", segment(name));
            // What nobody can read can still be deleted.
            if !noun.verbs.contains(&Verb::Get) {
                let (object, tag) = (Object::new(), None);
                return Ok(Some(Found { path, object, tag }));
            }
            return self.at(&path).await.map_err(about);
        }
        let mut found = self.named(noun, &collection, name).await.map_err(about)?;
        if let Some(version) = &selector.version {
            found.retain(|found| text(&found.object, "version").eq_ignore_ascii_case(version));
        }
        match found.len() {
            0 => Ok(None),
            1 => self.whole(found.pop()).await,
            _ => bail!(ambiguous(noun, name, &found)),
        }
    }

    /// All objects that are called this, of which lists show no entity tag.
    async fn named(
        &mut self,
        noun: &'static Noun,
        collection: &str,
        name: &str,
    ) -> anyhow::Result<Vec<Found>> {
        let mut found = Vec::new();
        if !collection.contains('@') {
            let quoted = Value::from(name);
            let fields = names::naming(noun);
            let filter: Vec<String> = fields.map(|f| format!("{} eq {quoted}", f.name)).collect();
            let filter = filter.join(" or ");
            for object in self.api.list(collection, Some(&filter)).await? {
                let path = format!("{collection}/{}", segment(text(&object, "id")));
                if !self.held.iter().any(|held| held.found.path == path) {
                    found.push(Found {
                        path,
                        object,
                        tag: None,
                    });
                }
            }
        }
        let same = |held: &&Held| {
            held.collection == collection
                && !held.gone
                && names::is_called(noun, &held.found.object, name)
        };
        found.extend(self.held.iter().filter(same).map(|held| held.found.clone()));
        Ok(found)
    }

    /// The object with its entity tag.
    async fn whole(&mut self, found: Option<Found>) -> anyhow::Result<Option<Found>> {
        match found {
            Some(found) if found.tag.is_none() => self.at(&found.path).await,
            other => Ok(other),
        }
    }

    /// The object at a path.
    pub(super) async fn at(&mut self, path: &str) -> anyhow::Result<Option<Found>> {
        if let Some(held) = self.held.iter().find(|held| held.found.path == path) {
            return Ok((!held.gone).then(|| held.found.clone()));
        }
        let read = self.api.read(path).await?;
        Ok(read.map(|(object, tag)| Found {
            path: path.to_owned(),
            object,
            tag,
        }))
    }

    /// All objects of a kind, by name.
    pub(super) async fn all(
        &mut self,
        noun: &'static Noun,
        selector: &Selector,
        filter: Option<&str>,
    ) -> anyhow::Result<Vec<Object>> {
        let collection = self.collection(noun, selector).await?;
        let listed = self.api.list(&collection, filter).await;
        let mut all = listed.map_err(problem::about(noun))?;
        let known = names::known_by(noun);
        let order = |object: &Object| {
            let name = text(object, noun.name_field());
            (
                name.to_lowercase(),
                name.to_owned(),
                text(object, "version").to_owned(),
                text(object, known).to_owned(),
            )
        };
        // Of what the server names, the order is that in which it was made.
        if noun.named_by_author {
            all.sort_by_cached_key(order);
        }
        Ok(all)
    }

    /// Holds on to what a command makes of an object; later ones will find that.
    pub(super) fn hold(
        &mut self,
        noun: &'static Noun,
        collection: &str,
        path: String,
        object: Object,
    ) {
        self.held.retain(|held| held.found.path != path);
        self.held.push(Held {
            resource: noun.resource,
            collection: collection.to_owned(),
            found: Found {
                path,
                object,
                tag: None,
            },
            gone: false,
        });
    }

    /// Forgets an object that a command deletes.
    pub(super) fn lose(&mut self, noun: &'static Noun, collection: &str, found: Found) {
        self.held.retain(|held| held.found.path != found.path);
        self.held.push(Held {
            resource: noun.resource,
            collection: collection.to_owned(),
            found,
            gone: true,
        });
    }

    /// The id of the object of a resource that is called this, or that has this id.
    pub(super) async fn id_of(
        &mut self,
        resource: &'static str,
        name: &str,
    ) -> anyhow::Result<Option<String>> {
        let Some(noun) = noun::of_resource(resource) else {
            return Ok(Some(name.to_owned()));
        };
        let found = self.named(noun, resource, name).await?;
        if found.len() > 1 {
            let title = noun.titles();
            let ids = ids(&found);
            bail!(UsageError(format!(
                "there are several {title} `{name}`: name one by its id: {ids}"
            )));
        }
        if let Some(found) = found.first() {
            return Ok(found.path.rsplit('/').next().map(str::to_owned));
        }
        let path = format!("{resource}/{}", segment(name));
        Ok(self.at(&path).await?.map(|_| name.to_owned()))
    }

    /// Takes note of what the object of an id is called.
    pub(super) fn learn(&mut self, id: &str, noun: &Noun, object: &Object) {
        let name = text(object, noun.name_field()).to_owned();
        self.learned.insert(id.to_owned(), name);
    }

    /// The name of the object of a resource that has this id; the id, if nobody may see it.
    pub(super) async fn name_of(
        &mut self,
        resource: &'static str,
        id: &str,
    ) -> anyhow::Result<String> {
        let same = |held: &&Held| {
            held.resource == resource && held.found.path.rsplit('/').next() == Some(id)
        };
        let Some(noun) = noun::of_resource(resource) else {
            return Ok(id.to_owned());
        };
        if let Some(name) = self.learned.get(id) {
            return Ok(name.clone());
        }
        if let Some(held) = self.held.iter().find(same) {
            return Ok(text(&held.found.object, noun.name_field()).to_owned());
        }
        if !self.names.contains_key(resource) {
            let all = match self.api.list(resource, None).await {
                Err(error) if status_of(&error) == Some(StatusCode::FORBIDDEN) => Vec::new(),
                all => all.map_err(problem::about(noun))?,
            };
            self.names.insert(resource, names::by_id(noun, &all));
        }
        let names = self.names.get(resource);
        let name = names.and_then(|names| names.get(id));
        Ok(name.map_or(id, String::as_str).to_owned())
    }

    /// The object with names in place of the ids of others.
    pub(super) async fn with_names(
        &mut self,
        noun: &'static Noun,
        mut object: Object,
    ) -> anyhow::Result<Object> {
        let Some(definition) = definition::of(noun.resource) else {
            return Ok(object);
        };
        for field in definition.fields {
            let (Some(resource), Some(value)) = (field.refers_to, object.get(field.name).cloned())
            else {
                continue;
            };
            let named = match value {
                Value::String(id) => self.name_of(resource, &id).await?.into(),
                Value::Array(ids) => {
                    let mut names = Vec::new();
                    for id in ids {
                        names.push(match id {
                            Value::String(id) => self.name_of(resource, &id).await?.into(),
                            other => other,
                        });
                    }
                    names.into()
                }
                other => other,
            };
            object.insert(field.name.into(), named);
        }
        Ok(object)
    }
}

/// A text member of an object; empty, if there is none.
pub(super) fn text<'a>(object: &'a Object, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A text as one segment of a path.
fn segment(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes())
        .collect::<String>()
        .replace('+', "%20")
}

fn missing(noun: &Noun, selector: &Selector) -> String {
    let title = noun.title;
    let name = selector.name.as_deref().unwrap_or_default();
    match (&selector.version, noun.place) {
        (Some(version), _) => format!("there is no {title} `{name}` of version `{version}`"),
        (None, Place::Client) => {
            let client = selector
                .client
                .as_ref()
                .and_then(|client| client.name.as_deref());
            let client = client.unwrap_or_default();
            format!("the OAuth2 Client `{client}` has no {title} `{name}`")
        }
        (None, _) => format!("there is no {title} `{name}`"),
    }
}

fn ids(found: &[Found]) -> String {
    let ids = found
        .iter()
        .filter_map(|found| found.path.rsplit('/').next());
    ids.collect::<Vec<_>>().join(", ")
}

fn ambiguous(noun: &Noun, name: &str, found: &[Found]) -> UsageError {
    let title = noun.titles();
    if !noun.has_versions() {
        let known = names::known_by(noun);
        let mut all: Vec<&str> = found
            .iter()
            .map(|found| text(&found.object, known))
            .collect();
        all.sort_unstable();
        let all = all.join(", ");
        return UsageError(format!(
            "there are several {title} `{name}`: say which of {all}"
        ));
    }
    let mut versions: Vec<String> = found
        .iter()
        .map(|found| match text(&found.object, "version") {
            "" => "one without".to_owned(),
            version => format!("`{version}`"),
        })
        .collect();
    versions.sort_unstable();
    UsageError(format!(
        "there are several {title} `{name}`, of the versions {}: say which with --{} (empty for \
         the one without)",
        versions.join(", "),
        noun::CLIENT_VERSION
    ))
}
