//! `ambit config` without a command: a menu that works line by line, and shows for every change the
//! command that does the same.

mod dialogue;
mod objects;
mod properties;

use super::{
    api::Api,
    definition,
    noun::{NOUNS, Noun, Verb},
    property::article,
    run::Options,
};
use dialogue::{Dialogue, Leave, Turn};

/// Leads through the configuration until the person quits.
pub(super) async fn run(options: &Options) -> anyhow::Result<()> {
    let mut menu = Menu {
        dialogue: Dialogue::on_terminal(),
        api: Some(Api::open(&options.connection)?),
        options,
    };
    match menu.main().await {
        Ok(()) | Err(Leave::Back | Leave::Quit) => Ok(menu.dialogue.say("")?),
        Err(Leave::Failed(error)) => Err(error),
    }
}

struct Menu<'a> {
    dialogue: Dialogue,
    /// There, but while a command uses it.
    api: Option<Api>,
    options: &'a Options,
}

impl Menu<'_> {
    async fn main(&mut self) -> Turn<()> {
        let nouns: Vec<&'static Noun> = NOUNS
            .iter()
            .filter(|noun| definition::of(noun.resource).is_some())
            .collect();
        let realm = self.api()?.issuer().to_owned();
        loop {
            let titles: Vec<String> = nouns.iter().map(|noun| noun.title.to_owned()).collect();
            let heading = format!("Configuration of {realm}");
            let chosen =
                self.dialogue
                    .choose(&heading, &titles, "What do you want to configure?")?;
            if let Some(noun) = nouns.get(chosen) {
                self.verbs(noun).await.or_else(Leave::unless_back)?;
            }
        }
    }

    async fn verbs(&mut self, noun: &'static Noun) -> Turn<()> {
        let title = noun.title;
        let a = article(title).to_lowercase();
        loop {
            let lines: Vec<String> = noun
                .verbs
                .iter()
                .map(|verb| match verb {
                    Verb::List => format!("List the {}", noun.titles()),
                    Verb::Get => format!("View {a} {title}"),
                    Verb::Set => format!("Edit {a} {title}"),
                    Verb::Create => format!("Create {a} {title}"),
                    Verb::Delete => format!("Delete {a} {title}"),
                })
                .collect();
            let chosen = self
                .dialogue
                .choose(title, &lines, "What do you want to do?")?;
            if let Some(verb) = noun.verbs.get(chosen) {
                self.act(noun, *verb).await.or_else(Leave::unless_back)?;
            }
        }
    }

    /// Does one thing; what goes wrong is told, and the menu goes on.
    async fn act(&mut self, noun: &'static Noun, verb: Verb) -> Turn<()> {
        let outcome = match verb {
            Verb::List => self.list(noun).await,
            Verb::Get => self.view(noun).await,
            Verb::Set => self.edit(noun).await,
            Verb::Create => self.create(noun).await,
            Verb::Delete => self.delete(noun).await,
        };
        match outcome {
            Err(Leave::Failed(error)) if !error.is::<std::io::Error>() => {
                self.dialogue.say(format_args!("\n{error:#}"))?;
                if self.api.is_none() {
                    self.api = Some(Api::open(&self.options.connection)?);
                }
                Ok(())
            }
            other => other,
        }
    }

    fn api(&mut self) -> Turn<&mut Api> {
        if self.api.is_none() {
            self.api = Some(Api::open(&self.options.connection)?);
        }
        self.api.as_mut().ok_or(Leave::Quit)
    }
}
