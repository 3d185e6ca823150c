//! What would have to happen to a realm for it to be as the file says.

use super::{
    kinds::{self, Kind},
    read::{Entry, Wanted, secret},
    step::{Step, same, shown},
    write::{below, objects},
};
use crate::manage::{
    api::Operation,
    change::{Object, replacement},
    compiler::{Compiler, merged},
    definition::Access,
    world::{Found, Selector, text},
};
use anyhow::bail;
use serde_json::Value;

/// Everything that has to change, with the operations for it.
pub(super) struct Difference {
    pub(super) steps: Vec<Step>,
    pub(super) compiler: Compiler,
}

/// Objects of a kind that are to go, where they are.
struct Surplus {
    kind: Kind,
    place: Selector,
    title: String,
    object: Object,
}

/// Compares. The client `own` is never deleted: it is the one that compares.
pub(super) async fn compare(
    compiler: Compiler,
    wanted: &Wanted,
    own: Option<&str>,
) -> anyhow::Result<Difference> {
    let mut difference = Difference {
        steps: Vec::new(),
        compiler,
    };
    let mut surplus = Vec::new();
    for (kind, entries) in &wanted.kinds {
        difference.kind(*kind, entries, own, &mut surplus).await?;
    }
    if let (Some(object), Some(kind)) = (&wanted.realm, kinds::realm()) {
        let found = difference
            .compiler
            .world
            .one(kind.noun, &Selector::default())
            .await?;
        difference
            .update(kind, "", "Realm".to_owned(), found, object)
            .await?;
    }
    // What refers goes before what is referred to.
    for surplus in surplus.into_iter().rev() {
        difference.delete(surplus).await?;
    }
    Ok(difference)
}

impl Difference {
    async fn kind(
        &mut self,
        kind: Kind,
        entries: &[Entry],
        own: Option<&str>,
        surplus: &mut Vec<Surplus>,
    ) -> anyhow::Result<()> {
        let place = Selector::default();
        let present = objects(&mut self.compiler.world, kind, &place).await?;
        for entry in entries {
            let key = kind.key(&entry.object);
            let there = present.iter().find(|object| kind.key(object) == key);
            let title = kind.title(&entry.object);
            self.object(kind, &place, title, there, &entry.object)
                .await?;
            if let (Some(scopes), Some(assigned)) = (&entry.assigned, kinds::assigned()) {
                let place = below(&entry.object);
                self.assigned(
                    kind,
                    assigned,
                    &place,
                    entry,
                    there.is_some(),
                    scopes,
                    surplus,
                )
                .await?;
            }
        }
        for object in present {
            let key = kind.key(&object);
            let named = entries.iter().any(|entry| kind.key(&entry.object) == key);
            let is_own = kind.noun.has_versions()
                && own.is_some_and(|own| text(&object, "client_id") == own);
            if !named && !is_own && !kind.is_built_in(&object) {
                surplus.push(Surplus {
                    kind,
                    place: place.clone(),
                    title: kind.title(&object),
                    object,
                });
            }
        }
        Ok(())
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "two kinds, of which one is below the other"
    )]
    async fn assigned(
        &mut self,
        kind: Kind,
        assigned: Kind,
        place: &Selector,
        entry: &Entry,
        is_there: bool,
        scopes: &[Object],
        surplus: &mut Vec<Surplus>,
    ) -> anyhow::Result<()> {
        let client = kind.title(&entry.object);
        let title = |scope: &Object| format!("{client}: {}", assigned.title(scope));
        let present = match is_there {
            true => objects(&mut self.compiler.world, assigned, place).await?,
            false => Vec::new(),
        };
        for scope in scopes {
            let key = assigned.key(scope);
            let there = present.iter().find(|object| assigned.key(object) == key);
            self.object(assigned, place, title(scope), there, scope)
                .await?;
        }
        for object in present {
            let key = assigned.key(&object);
            if !scopes.iter().any(|scope| assigned.key(scope) == key) {
                surplus.push(Surplus {
                    kind: assigned,
                    place: place.clone(),
                    title: title(&object),
                    object,
                });
            }
        }
        Ok(())
    }

    async fn object(
        &mut self,
        kind: Kind,
        place: &Selector,
        title: String,
        there: Option<&Object>,
        wanted: &Object,
    ) -> anyhow::Result<()> {
        let world = &mut self.compiler.world;
        let collection = world.collection(kind.noun, place).await?;
        let Some(there) = there else {
            return self.create(kind, &collection, title, wanted).await;
        };
        if kind.is_built_in(there) {
            refuse_fixed(kind, &title, there, wanted)?;
        }
        if differing(kind, there, wanted).is_empty() {
            return Ok(());
        }
        let path = format!("{collection}/{}", text(there, "id"));
        // Read again, with its entity tag: the change is for what is compared here.
        let Some(found) = world.at(&path).await? else {
            return self.create(kind, &collection, title, wanted).await;
        };
        self.update(kind, &collection, title, found, wanted).await
    }

    async fn create(
        &mut self,
        kind: Kind,
        collection: &str,
        title: String,
        wanted: &Object,
    ) -> anyhow::Result<()> {
        let body = with_secrets(kind, &title, wanted)?;
        let body = self.compiler.ids_in(kind.definition, body).await?;
        let operation = self.compiler.create(kind.noun, collection, body);
        self.push(operation, kind, title, None, Some(wanted.clone()));
        Ok(())
    }

    async fn update(
        &mut self,
        kind: Kind,
        collection: &str,
        title: String,
        found: Found,
        wanted: &Object,
    ) -> anyhow::Result<()> {
        let before = self
            .compiler
            .world
            .with_names(kind.noun, found.object.clone())
            .await?;
        let mut patch = Object::new();
        for name in differing(kind, &before, wanted) {
            let field = kind.definition.field(name);
            if field.is_some_and(|field| field.access == Access::AtCreation) {
                bail!(
                    "{title}: `{name}` can't be changed after creation; it is {} and should be {}",
                    shown(before.get(name)),
                    shown(wanted.get(name))
                );
            }
            let value = wanted.get(name).cloned().unwrap_or_default();
            patch.insert(name.to_owned(), replacement(before.get(name), value));
        }
        if patch.is_empty() {
            return Ok(());
        }
        // The server drops a secret with what it was given for, unless it comes again (REG-26).
        for field in kind.definition.fields.iter().filter(|field| field.secret) {
            if let Some(source) = wanted.get(field.name) {
                patch.insert(field.name.to_owned(), source.clone());
            }
        }
        let after = merged(before.clone(), &patch);
        let patch = with_secrets(kind, &title, &patch)?;
        let patch = self.compiler.ids_in(kind.definition, patch).await?;
        let operation = self.compiler.update(kind.noun, collection, found, patch);
        self.push(operation, kind, title, Some(before), Some(after));
        Ok(())
    }

    async fn delete(&mut self, surplus: Surplus) -> anyhow::Result<()> {
        let Surplus {
            kind,
            place,
            title,
            object,
        } = surplus;
        let collection = self.compiler.world.collection(kind.noun, &place).await?;
        let found = Found {
            path: format!("{collection}/{}", text(&object, "id")),
            object: object.clone(),
            tag: None,
        };
        let operation = self.compiler.delete(kind.noun, &collection, found);
        self.push(operation, kind, title, Some(object), None);
        Ok(())
    }

    fn push(
        &mut self,
        operation: Operation,
        kind: Kind,
        title: String,
        before: Option<Object>,
        after: Option<Object>,
    ) {
        self.compiler.operations.push(operation);
        self.steps.push(Step {
            kind,
            title,
            before,
            after,
        });
    }

    /// Takes the server's word for what the changes come to, and leaves out those that change nothing:
    /// what the file does not say may be the default already.
    pub(super) async fn confirm(&mut self, results: Vec<Object>) -> anyhow::Result<()> {
        let world = &mut self.compiler.world;
        // What is only tried has ids that no list will ever show.
        for (step, result) in self.steps.iter().zip(&results) {
            world.learn(text(result, "id"), step.kind.noun, result);
        }
        let operations = std::mem::take(&mut self.compiler.operations);
        let steps = std::mem::take(&mut self.steps);
        for ((operation, mut step), result) in operations.into_iter().zip(steps).zip(results) {
            if step.before.is_some() && step.after.is_some() {
                step.believe(&world.with_names(step.kind.noun, result).await?);
                if step.changes().is_empty() {
                    continue;
                }
            }
            self.compiler.operations.push(operation);
            self.steps.push(step);
        }
        Ok(())
    }
}

/// The object with secrets from where the file says that they are.
fn with_secrets(kind: Kind, title: &str, object: &Object) -> anyhow::Result<Object> {
    let mut object = object.clone();
    for field in kind.definition.fields.iter().filter(|field| field.secret) {
        if let Some(source) = object.get(field.name).filter(|source| !source.is_null()) {
            let value = secret(title, field, source)?;
            object.insert(field.name.to_owned(), value);
        }
    }
    Ok(object)
}

/// Refuses to give another value to what can't be changed of an object that Ambit brought.
fn refuse_fixed(kind: Kind, title: &str, there: &Object, wanted: &Object) -> anyhow::Result<()> {
    let changeable = kind.fields(true);
    for field in kind.fields(false) {
        let (is, should) = (there.get(field.name), wanted.get(field.name));
        let is_fixed = changeable.iter().all(|other| other.name != field.name);
        if is_fixed && should.is_some() && !same(field.kind, is, should) {
            bail!(
                "{title}: Ambit brought it, and its `{}` can't be changed; it is {} and should be {}",
                field.name,
                shown(is),
                shown(should)
            );
        }
    }
    Ok(())
}

/// The fields in which an object is not as the file says.
fn differing(kind: Kind, there: &Object, wanted: &Object) -> Vec<&'static str> {
    let fields = kind.fields(kind.is_built_in(there)).into_iter();
    let differs = fields.filter(|field| {
        let is_name = field.name == kind.name_field();
        let (there_value, wanted_value) = (there.get(field.name), wanted.get(field.name));
        if field.secret {
            // What it is can't be compared; whether there is one, can.
            let has = there.get(&Kind::has(field)) == Some(&Value::Bool(true));
            return has != wanted_value.is_some();
        }
        // What is set at creation only keeps what it got then, if the file does not say otherwise.
        let is_left_out = field.access == Access::AtCreation && wanted_value.is_none();
        !is_name && !is_left_out && !same(field.kind, there_value, wanted_value)
    });
    differs.map(|field| field.name).collect()
}
