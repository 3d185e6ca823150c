//! What the menu does with objects.

use super::{
    Menu,
    dialogue::{Leave, Turn},
    properties::Draft,
};
use crate::manage::{
    command::{Action, Command, defined},
    noun::{self, Noun, Place},
    run::perform,
    table::{Style, visible},
    world::{Selector, World, text},
};
use anyhow::Context;

impl Menu<'_> {
    pub(super) async fn list(&mut self, noun: &'static Noun) -> Turn<()> {
        let selector = self.place(noun).await?;
        let action = Action::List {
            properties: Vec::new(),
            filter: None,
            style: Style::Table,
        };
        self.run(command(noun, selector, action)?).await
    }

    pub(super) async fn view(&mut self, noun: &'static Noun) -> Turn<()> {
        let selector = self.pick(noun).await?;
        let action = Action::Get {
            properties: Vec::new(),
            style: Style::Table,
        };
        self.run(command(noun, selector, action)?).await
    }

    pub(super) async fn delete(&mut self, noun: &'static Noun) -> Turn<()> {
        let selector = self.pick(noun).await?;
        let command = command(noun, selector, Action::Delete { force: false })?;
        self.show(&command)?;
        match self.dialogue.ask("Delete it? (yes/no)")?.trim() {
            "yes" | "y" => self.run(command).await,
            _ => Err(Leave::Back),
        }
    }

    pub(super) async fn create(&mut self, noun: &'static Noun) -> Turn<()> {
        let mut selector = self.place(noun).await?;
        if noun.named_by_author {
            let question = format!("Name of the new {} (--{})", noun.title, noun.flag());
            let name = self.dialogue.ask(question)?;
            if name.is_empty() {
                return Err(Leave::Back);
            }
            selector.name = Some(name);
        }
        let draft = Draft::new(noun, defined(noun)?, selector);
        self.finish(draft).await
    }

    pub(super) async fn edit(&mut self, noun: &'static Noun) -> Turn<()> {
        let selector = self.pick(noun).await?;
        let mut world = World::new(self.api.take().context("no connection")?);
        let found = world.one(noun, &selector).await?;
        let object = world.with_names(noun, found.object).await?;
        self.api = Some(world.api);
        let draft = Draft::of(noun, defined(noun)?, selector, object);
        self.finish(draft).await
    }

    /// Lets the person fill in properties, until the server takes them.
    async fn finish(&mut self, mut draft: Draft) -> Turn<()> {
        loop {
            self.fill(&mut draft)?;
            let command = match draft.command() {
                Ok(command) => command,
                Err(error) => {
                    self.dialogue.say(format_args!("\n{error:#}"))?;
                    continue;
                }
            };
            self.show(&command)?;
            match self.run(command).await {
                Err(Leave::Failed(error)) => self.dialogue.say(format_args!("\n{error:#}"))?,
                other => return other,
            }
        }
    }

    fn show(&mut self, command: &Command) -> Turn<()> {
        let line = command.line();
        Ok(self.dialogue.say(format_args!(
            "\nThe equivalent command is:\n\n    ambit config {line}\n"
        ))?)
    }

    async fn run(&mut self, command: Command) -> Turn<()> {
        let api = match self.api.take() {
            Some(api) => api,
            None => crate::manage::api::Api::open(&self.options.connection)?,
        };
        self.dialogue.say("")?;
        self.api = Some(perform(api, &command, self.options).await?);
        Ok(())
    }

    /// Where objects of the kind are: some are below a client.
    async fn place(&mut self, noun: &'static Noun) -> Turn<Selector> {
        let mut selector = Selector::default();
        if noun.place == Place::Client {
            let clients = noun::of_resource("applications").context("no clients")?;
            selector.client = Some(Box::new(Box::pin(self.pick(clients)).await?));
        }
        Ok(selector)
    }

    /// Lets the person choose an object.
    async fn pick(&mut self, noun: &'static Noun) -> Turn<Selector> {
        let place = self.place(noun).await?;
        if !noun.verbs.contains(&noun::Verb::List) {
            let question = format!("Which {} (--{})", noun.title, noun.flag());
            let name = self.dialogue.ask(question)?;
            return match name.is_empty() {
                true => Err(Leave::Back),
                false => Ok(Selector {
                    name: Some(name),
                    ..place
                }),
            };
        }
        let mut world = World::new(match self.api.take() {
            Some(api) => api,
            None => crate::manage::api::Api::open(&self.options.connection)?,
        });
        let all = world.all(noun, &place, None).await;
        self.api = Some(world.api);
        let all = all?;
        let lines: Vec<String> = all
            .iter()
            .map(|object| {
                let name = text(object, noun.name_field());
                match text(object, "version") {
                    version if noun.has_versions() && !version.is_empty() => {
                        visible(&format!("{name} (version {version})"))
                    }
                    _ => visible(name),
                }
            })
            .collect();
        let heading = noun.titles();
        let chosen = self.dialogue.choose(&heading, &lines, "Which one?")?;
        let object = all.get(chosen).ok_or(Leave::Back)?;
        let name = text(object, noun.name_field());
        let twins = all
            .iter()
            .filter(|other| text(other, noun.name_field()).eq_ignore_ascii_case(name));
        let version = text(object, "version").to_owned();
        let needs_version = noun.has_versions() && twins.count() > 1;
        Ok(Selector {
            name: Some(name.to_owned()),
            version: needs_version.then_some(version),
            ..place
        })
    }
}

fn command(noun: &'static Noun, selector: Selector, action: Action) -> anyhow::Result<Command> {
    Ok(Command {
        noun,
        definition: defined(noun)?,
        selector,
        action,
    })
}
