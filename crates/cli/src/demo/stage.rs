//! Where the story is told: requests are sent, shown, and held to what was told of them.

use super::{
    realm::DemoRealm,
    screen::Screen,
    step::{Call, Step},
};
use crate::{
    client::{Answer, HttpClient, Token},
    serve::Credentials,
};
use anyhow::{Context, bail};

/// A client of the story, with its one token.
pub(super) struct Actor {
    /// What it is called.
    pub(super) name: String,
    /// Its credentials.
    pub(super) credentials: Credentials,
    /// The scope that it asks for.
    pub(super) scope: String,
    token: Token,
}

/// What the answers are held to.
pub(super) type Told<'a> = &'a dyn Fn(&Answer) -> Result<(), String>;

/// The story so far.
pub(super) struct Stage {
    http: HttpClient,
    root: String,
    screen: Screen,
    steps: Vec<Step>,
}

impl Stage {
    /// An empty stage.
    pub(super) fn new(realm: &DemoRealm, screen: Screen) -> Self {
        let root = realm.root().to_owned();
        Self {
            http: realm.http.clone(),
            root,
            screen,
            steps: Vec::new(),
        }
    }

    /// The steps taken.
    pub(super) fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// Where the reader looks.
    pub(super) fn screen(&mut self) -> &mut Screen {
        &mut self.screen
    }

    /// A client with a token for a scope.
    pub(super) async fn enter(
        &self,
        name: &str,
        credentials: Credentials,
        scope: &str,
        shown: &str,
    ) -> anyhow::Result<Actor> {
        let token = self.http.token(&credentials, Some(scope)).await?;
        Ok(Actor {
            name: name.into(),
            credentials,
            scope: shown.into(),
            token,
        })
    }

    /// Sends a request without showing it.
    pub(super) async fn send(&self, actor: &Actor, call: &Call<'_>) -> anyhow::Result<Answer> {
        let url = format!("{}{}", self.root, call.path);
        let media_type = match (call.path.starts_with("/scim/"), call.method.as_str()) {
            (true, _) => "application/scim+json",
            (false, "PATCH") => "application/merge-patch+json",
            (false, _) => "application/json",
        };
        let body = call.body.as_ref().map(|body| (media_type, body));
        let sent = self
            .http
            .send(call.method.clone(), &url, Some(&actor.token), body);
        sent.await.with_context(|| format!("{} {url}", call.method))
    }

    /// Sends a request, shows it with its answer, and stops the story if the answer is not as told.
    pub(super) async fn show(
        &mut self,
        actor: &Actor,
        call: Call<'_>,
        told: Told<'_>,
    ) -> anyhow::Result<Answer> {
        let answer = self.send(actor, &call).await?;
        let mut step = Step::new(&call, &actor.name, &actor.scope, &self.root, &answer);
        let judged = told(&answer);
        if let Err(why) = &judged {
            step.astray = Some(why.clone());
        }
        self.screen.step(self.steps.len() + 1, &step, &self.root)?;
        self.steps.push(step);
        match judged {
            Ok(()) => Ok(answer),
            Err(why) => bail!("step {} was not answered as told: {why}", self.steps.len()),
        }
    }
}
