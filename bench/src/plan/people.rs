//! People: signing in, codes and claims.

use super::{Run, names};
use crate::{
    ambit::{Ambit, access_tokens},
    load::{Exchange, once_each},
    process::free_address,
    scenarios,
    sign_in::{App, Browser, PASSWORD, people_with_passwords},
};
use anyhow::Result;
use std::rc::Rc;

/// People who sign in while it is measured, each once.
const PEOPLE: usize = 200;
/// Of them, at a time.
pub(super) const AT_A_TIME: usize = 8;
/// Codes that are redeemed, each once.
const CODES: usize = 4_000;
/// Tokens that are asked with in turn.
const TOKENS: usize = 200;

impl Run {
    pub(super) async fn people(&mut self) -> Result<()> {
        let folder = self.folder("people");
        let ambit = Ambit::start(self.binary(), &folder, free_address()?).await?;
        let realm = ambit.realm()?;
        let (server, address) = (&ambit.server, ambit.root.address);
        let app = Rc::new(App::make(&realm).await?);
        let count = self.sign_ins();
        let [codes, live] = match self.options.smoke {
            true => [40, 10],
            false => [CODES, TOKENS],
        };
        let people: Vec<String> = (0..count)
            .map(|number| format!("person-{number}"))
            .collect();
        people_with_passwords(&realm, &people).await?;

        // Everybody stands before the page before anybody is measured.
        let mut pages = Vec::new();
        for _ in &people {
            pages.push(Browser::open(&realm.endpoint).await?.ask(&app).await?);
        }
        let sign_ins: Vec<Exchange> = pages
            .iter()
            .zip(&people)
            .map(|(page, name)| Exchange {
                request: page.sign_in(name, PASSWORD),
                holds: String::new(),
            })
            .collect();
        match once_each(303, sign_ins.into_iter(), AT_A_TIME, address, server).await {
            Ok(rate) => self.note(names::SIGN_IN.to_owned(), rate, "per CPU-second"),
            Err(wrong) => self.wrong(&wrong),
        }

        let mut browser = Browser::open(&realm.endpoint).await?;
        browser.sign_in(&app, "person-0").await?;
        let mut tokens = Vec::new();
        for _ in 0..live {
            let request = app.redeem(&browser.code(&app).await?);
            tokens.extend(access_tokens(address, &request, 1).await?);
        }
        let health = scenarios::health(names::HEALTH_PEOPLE.to_owned(), &ambit.root);
        self.load(health, address, server).await;
        let userinfo = scenarios::userinfo(names::USERINFO.to_owned(), &realm.endpoint, &tokens);
        self.load(userinfo, address, server).await;

        let mut redeem = Vec::new();
        for _ in 0..codes {
            redeem.push(Exchange {
                request: app.redeem(&browser.code(&app).await?),
                holds: "\"id_token\":\"eyJ".to_owned(),
            });
        }
        let connections = scenarios::APPLICANTS;
        match once_each(200, redeem.into_iter(), connections, address, server).await {
            Ok(rate) => self.note(names::CODE.to_owned(), rate, "per CPU-second"),
            Err(wrong) => self.wrong(&wrong),
        }
        self.storm(&ambit, &app, &tokens).await?;
        ambit.server.stop().await
    }

    /// How many sign in while it is measured.
    pub(super) fn sign_ins(&self) -> usize {
        match self.options.smoke {
            true => 4,
            false => PEOPLE,
        }
    }

    /// What a decision takes while many guess passwords, and while nobody does.
    async fn storm(&mut self, ambit: &Ambit, app: &Rc<App>, tokens: &[String]) -> Result<()> {
        let (server, address) = (&ambit.server, ambit.root.address);
        let realm = ambit.realm()?;
        let calm = names::DECISION_CALM;
        let asked = |name: &str| scenarios::decision(name.to_owned(), &realm.endpoint, tokens);
        self.load(asked(calm), address, server).await;
        let mut guessing = tokio::task::JoinSet::new();
        for number in 0..AT_A_TIME {
            let (app, endpoint) = (Rc::clone(app), realm.endpoint.clone());
            guessing.spawn_local(async move {
                let page = Browser::open(&endpoint).await?.ask(&app).await?;
                let mut connection = crate::load::Connection::open(address).await?;
                for guess in 0_u64.. {
                    // Nobody is called so: each name has its own count, and costs as much.
                    let name = format!("nobody-{number}-{guess}");
                    connection.exchange(&page.sign_in(&name, "wrong")).await?;
                }
                anyhow::Ok(())
            });
        }
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        self.load(asked(names::DECISION_STORM), address, server)
            .await;
        guessing.abort_all();
        Ok(())
    }
}
