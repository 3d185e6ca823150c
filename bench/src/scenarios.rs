//! The kinds of requests, the same for every server that is measured.

use crate::{
    ambit::Credentials,
    fill::Ids,
    load::{Endpoint, Exchange, Scenario},
    people,
    random::Random,
};
use std::{cell::Cell, rc::Rc};

/// Connections where nothing waits for the disk.
pub const READERS: usize = 32;
/// Connections where each request looks at everybody: more would wait for each other longer than a
/// search may take.
const SCANNERS: usize = 4;
/// Connections that ask for tokens.
pub const APPLICANTS: usize = 64;
/// Connections that write resources: while the writes of 64 are flushed together, as the engine alone
/// does it, 64 more are made ready.
const WRITERS: usize = 128;
/// How a token begins whose header begins with `{"alg":"ES256",` (RFC 7515 §3.3).
const ES256_TOKEN: &str = "\"access_token\":\"eyJhbGciOiJFUzI1NiIs";
/// People at a SCIM service provider, and who asks for them.
#[derive(Debug, Clone)]
pub struct Directory {
    /// Where it is.
    pub endpoint: Endpoint,
    /// As whom.
    pub credentials: Credentials,
    /// Who is there.
    pub ids: Ids,
}

/// A filter of which the answer is known.
#[derive(Debug, Clone, Copy)]
pub enum FilterBy {
    /// `userName eq`: one person.
    UserNameEq,
    /// `userName sw`: ten people.
    UserNameSw,
    /// `userName co`: one person, seldom two.
    UserNameCo,
    /// `emails.value eq`: one person.
    EmailEq,
    /// `emails.value sw`: ten people.
    EmailSw,
    /// `emails.value co`: one person, seldom two.
    EmailCo,
}

impl FilterBy {
    /// Every one.
    pub const ALL: [Self; 6] = [
        Self::UserNameEq,
        Self::UserNameSw,
        Self::UserNameCo,
        Self::EmailEq,
        Self::EmailSw,
        Self::EmailCo,
    ];

    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UserNameEq => "filter userName eq",
            Self::UserNameSw => "filter userName sw",
            Self::UserNameCo => "filter userName co",
            Self::EmailEq => "filter emails.value eq",
            Self::EmailSw => "filter emails.value sw",
            Self::EmailCo => "filter emails.value co",
        }
    }

    const fn connections(self) -> usize {
        match self {
            Self::UserNameCo | Self::EmailCo => SCANNERS,
            Self::UserNameEq | Self::UserNameSw | Self::EmailEq | Self::EmailSw => READERS,
        }
    }

    /// The filter that finds a person, ready for a query, and what the answer holds then.
    fn on(self, person: u64) -> (String, String) {
        let (name, tag) = (people::user_name(person), people::tag(person));
        let ten = format!("person-{:05}", person / 10);
        let piece = tag.get(1..).unwrap_or(&tag);
        let (terms, literal, holds) = match self {
            Self::UserNameEq => ("userName%20eq", &*name, name.clone()),
            Self::UserNameSw => ("userName%20sw", &*ten, "\"totalResults\":10".to_owned()),
            Self::UserNameCo => ("userName%20co", piece, "\"Resources\":[{".to_owned()),
            Self::EmailEq => {
                let email = people::email(person);
                let filter = format!("emails.value%20eq%20%22{email}%22");
                return (filter, email);
            }
            Self::EmailSw => ("emails.value%20sw", &*ten, "\"totalResults\":10".to_owned()),
            Self::EmailCo => ("emails.value%20co", piece, "\"Resources\":[{".to_owned()),
        };
        (format!("{terms}%20%22{literal}%22"), holds)
    }
}

impl Directory {
    fn authorization(&self, random: &mut Random) -> &str {
        random.pick(&self.credentials).map_or("", String::as_str)
    }

    fn someone(&self, random: &mut Random) -> (u64, &str) {
        let number = random.below(self.ids.len());
        let id = self.ids.get(number).map_or("", String::as_str);
        (number as u64, id)
    }

    /// `GET /Users/{id}` of anybody (RFC 7644 §3.4.1).
    #[must_use]
    pub fn get(self, name: String) -> Scenario {
        let compose = move |random: &mut Random| {
            let (number, id) = self.someone(random);
            let path = format!("/scim/v2/Users/{id}");
            let request = self.endpoint.get(&path, self.authorization(random));
            let holds = people::user_name(number);
            Exchange { request, holds }
        };
        scenario(name, READERS, 200, compose)
    }

    /// `GET /Users?filter=…` that finds anybody (RFC 7644 §3.4.2.2).
    #[must_use]
    pub fn filter(self, name: String, by: FilterBy) -> Scenario {
        let compose = move |random: &mut Random| {
            let (number, _) = self.someone(random);
            self.find(number, by, random)
        };
        scenario(name, by.connections(), 200, compose)
    }

    /// The same for everybody, one after the other.
    pub fn everybody(self, by: FilterBy) -> impl Iterator<Item = Exchange> {
        let mut random = Random::new(0);
        (0..self.ids.len() as u64).map(move |number| self.find(number, by, &mut random))
    }

    fn find(&self, person: u64, by: FilterBy, random: &mut Random) -> Exchange {
        let (filter, holds) = by.on(person);
        let path = format!("/scim/v2/Users?filter={filter}");
        let request = self.endpoint.get(&path, self.authorization(random));
        Exchange { request, holds }
    }

    /// `GET /Users?startIndex=…&count=100` from anywhere (RFC 7644 §3.4.2.4).
    #[must_use]
    pub fn page(self, name: String) -> Scenario {
        let compose = move |random: &mut Random| {
            let start = 1 + random.below(self.ids.len().saturating_sub(99));
            let path = format!("/scim/v2/Users?startIndex={start}&count=100");
            let request = self.endpoint.get(&path, self.authorization(random));
            let holds = "\"itemsPerPage\":100".to_owned();
            Exchange { request, holds }
        };
        scenario(name, READERS, 200, compose)
    }

    /// `POST /Users` of somebody new (RFC 7644 §3.3).
    #[must_use]
    pub fn create(self, name: String) -> Scenario {
        let next = Cell::new(people::NEWCOMERS);
        let compose = move |random: &mut Random| {
            let number = next.replace(next.get() + 1);
            let body = people::person(number);
            let authorization = self.authorization(random);
            let request = self
                .endpoint
                .scim("POST", "/scim/v2/Users", authorization, &body);
            let holds = people::user_name(number);
            Exchange { request, holds }
        };
        scenario(name, WRITERS, 201, compose)
    }

    /// `PATCH /Users/{id}` that gives anybody a title nobody had (RFC 7644 §3.5.2).
    #[must_use]
    pub fn patch(self, name: String) -> Scenario {
        let next = Cell::new(0_u64);
        let compose = move |random: &mut Random| {
            let (_, id) = self.someone(random);
            let title = format!("Title {}", next.replace(next.get() + 1));
            let (path, body) = (format!("/scim/v2/Users/{id}"), people::new_title(&title));
            let authorization = self.authorization(random);
            let request = self.endpoint.scim("PATCH", &path, authorization, &body);
            Exchange {
                request,
                holds: title,
            }
        };
        scenario(name, WRITERS, 200, compose)
    }
}

/// `GET` of any of `paths`, all of them full pages of a list of the management API, by anybody.
#[must_use]
pub fn list(
    name: String,
    endpoint: Endpoint,
    credentials: Credentials,
    paths: Vec<String>,
) -> Scenario {
    let compose = move |random: &mut Random| {
        let path = random.pick(&paths).map_or("", String::as_str);
        let authorization = random.pick(&credentials).map_or("", String::as_str);
        Exchange {
            request: endpoint.get(path, authorization),
            holds: "\"next_page_token\":\"".to_owned(),
        }
    };
    scenario(name, READERS, 200, compose)
}

/// `GET /health`: what the server's frame costs.
#[must_use]
pub fn health(name: String, root: &Endpoint) -> Scenario {
    let request = root.get("/health", "");
    let compose = move |_: &mut Random| Exchange {
        request: request.clone(),
        holds: "ok".to_owned(),
    };
    scenario(name, READERS, 200, compose)
}

/// One request to a bare handler, over and over.
#[must_use]
pub fn bare(name: String, request: Vec<u8>, holds: &'static str) -> Scenario {
    let compose = move |_: &mut Random| Exchange {
        request: request.clone(),
        holds: holds.to_owned(),
    };
    scenario(name, READERS, 200, compose)
}

/// A token by client credentials (RFC 6749 §4.4), asked for by `form`.
#[must_use]
pub fn token(name: String, endpoint: &Endpoint, basic: &str, form: &str) -> Scenario {
    let request = endpoint.form("/token", basic, form);
    let compose = move |_: &mut Random| Exchange {
        request: request.clone(),
        holds: ES256_TOKEN.to_owned(),
    };
    scenario(name, APPLICANTS, 200, compose)
}

/// Introspection at `path` of any of `tokens`, all of them active (RFC 7662 §2.1).
#[must_use]
pub fn introspect(
    name: String,
    endpoint: &Endpoint,
    path: &str,
    basic: &str,
    tokens: &[String],
) -> Scenario {
    let request = |token: &String| endpoint.form(path, basic, &format!("token={token}"));
    let requests: Rc<[Vec<u8>]> = tokens.iter().map(request).collect();
    let compose = move |random: &mut Random| Exchange {
        request: random.pick(&requests).cloned().unwrap_or_default(),
        holds: "\"active\":true".to_owned(),
    };
    scenario(name, READERS, 200, compose)
}

/// `GET /userinfo` with any of `tokens`, all of one person (OpenID Connect Core §5.3).
#[must_use]
pub fn userinfo(name: String, endpoint: &Endpoint, tokens: &[String]) -> Scenario {
    with_any(name, endpoint, "/userinfo", tokens, "\"sub\":\"")
}

/// A decision on a token of a person, and little else: `GET /Me` of one's own identity.
#[must_use]
pub fn decision(name: String, endpoint: &Endpoint, tokens: &[String]) -> Scenario {
    let scenario = with_any(name, endpoint, "/scim/v2/Me", tokens, "\"userName\":\"");
    Scenario {
        connections: 1,
        ..scenario
    }
}

fn with_any(
    name: String,
    endpoint: &Endpoint,
    path: &str,
    tokens: &[String],
    holds: &'static str,
) -> Scenario {
    let request = |token: &String| endpoint.get(path, &format!("Bearer {token}"));
    let requests: Rc<[Vec<u8>]> = tokens.iter().map(request).collect();
    let compose = move |random: &mut Random| Exchange {
        request: random.pick(&requests).cloned().unwrap_or_default(),
        holds: holds.to_owned(),
    };
    scenario(name, READERS, 200, compose)
}

fn scenario(
    name: String,
    connections: usize,
    status: u16,
    compose: impl Fn(&mut Random) -> Exchange + 'static,
) -> Scenario {
    Scenario {
        name,
        connections,
        status,
        compose: Box::new(compose),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    fn directory() -> Directory {
        Directory {
            endpoint: Endpoint {
                address: SocketAddr::from(([127, 0, 0, 1], 80)),
                prefix: String::new(),
            },
            credentials: Rc::new(vec!["Bearer a".into(), "Bearer b".into()]),
            ids: Rc::new((0..1000).map(|n| format!("id-{n}")).collect()),
        }
    }

    /// How many different requests a scenario makes.
    fn variety(scenario: &Scenario) -> usize {
        let mut random = Random::new(1);
        let made = (0..500).map(|_| (scenario.compose)(&mut random).request);
        made.collect::<std::collections::HashSet<_>>().len()
    }

    #[test]
    fn no_one_cached_answer_is_measured() {
        let name = String::new;
        for scenario in [
            directory().get(name()),
            directory().page(name()),
            directory().create(name()),
            directory().patch(name()),
        ] {
            assert!(variety(&scenario) > 300);
        }
        for by in FilterBy::ALL {
            assert!(variety(&directory().filter(name(), by)) > 80, "{by:?}");
        }
    }

    #[test]
    fn a_filter_says_what_its_answer_holds() {
        let (filter, holds) = FilterBy::UserNameEq.on(42);
        assert!(filter.contains(&holds));
        assert_eq!(
            FilterBy::EmailSw.on(4321).0,
            "emails.value%20sw%20%22person-00432%22"
        );
        assert!(people::user_name(42).contains(FilterBy::UserNameCo.on(42).0.get(19..23).unwrap()));
    }
}
