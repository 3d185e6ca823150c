//! The authorization endpoint, and the pages between it and the answer.

use super::{
    account::AccountPage,
    device::Approval,
    flow::{Flow, FlowError, LIFETIME, Purpose, Visitor},
    grant::{Draft, GrantFailure},
    incoming::{self, AuthorizeFailure, Incoming},
    passkey::Offered,
    pushed::PushedRequest,
    redirect::{Answer, RedirectTarget},
    stage::Stage,
    step::{self, Freshness, Next, Situation},
};
use crate::{
    Core,
    config::Application,
    consents::{ConsentRecord, consent_key},
    people::{Account, EntryHandle, HandleKind, Kept, LoginSession, Person},
    snapshot::RealmSnapshot,
    store::{Commit, CommitError, EntryKey, EntryKind, StoreError},
    tokens::{subject_of, subject_of_hint, unexpected},
};
use jose::base64url;
use oauth::{ErrorCode, OAuthError, PromptValue, Secret, WantedValue, form::Parameters};
use scope::AskedScope;
use std::sync::Arc;

/// How often a grant is decided anew because something changed meanwhile.
const MAX_TRIES: usize = 4;

/// What a request at the authorization endpoint comes to.
#[derive(Debug)]
pub enum Authorized {
    /// An answer to the client.
    Respond(Answer),
    /// The person is asked first: the handle of the flow.
    Interact(Secret),
}

/// Where a flow is.
#[derive(Debug)]
pub struct FlowState {
    /// What comes next.
    pub outcome: Outcome,
    /// The cookie of a session that began.
    pub cookie: Option<Secret>,
}

/// What comes next in a flow.
#[derive(Debug)]
pub enum Outcome {
    /// A page, for a client if there is one.
    Show(Stage, Option<Arc<Application>>, Option<RedirectTarget>),
    /// An answer to the client.
    Respond(Answer),
    /// The device has what it wants, or not.
    DeviceDone(bool),
    /// The person's own pages: this one.
    Account(AccountPage),
}

/// Everything that is known where a step is decided.
pub(super) struct Known {
    pub(super) flow: Kept<Flow>,
    pub(super) client: Option<Arc<Application>>,
    pub(super) target: Option<RedirectTarget>,
    pub(super) session: Option<LoginSession>,
    pub(super) identified: Option<(Person, Kept<Account>)>,
    pub(super) consent: Option<Kept<ConsentRecord>>,
    expected_subs: Option<Vec<String>>,
    sub: Option<String>,
}

impl Known {
    /// The next step.
    pub(super) fn next(
        &self,
        snapshot: &RealmSnapshot,
        said: &[(AskedScope, bool)],
        now: crate::Timestamp,
    ) -> Next {
        step::next(&Situation {
            snapshot,
            flow: &self.flow.value,
            client: self.client.as_deref(),
            session: self.session.as_ref(),
            identified: self
                .identified
                .as_ref()
                .map(|(person, account)| (person, &account.value)),
            consent: self.consent.as_ref().map(|consent| &consent.value),
            said,
            expected_subs: self.expected_subs.as_deref(),
            sub: self.sub.as_deref(),
            now,
        })
    }

    /// How fresh the sign-in must be.
    pub(super) fn freshness(&self) -> Freshness {
        Freshness::of(&self.flow.value, self.client.as_deref())
    }

    /// The flow's entry, if it has one.
    fn kept(&self) -> Option<&Kept<Flow>> {
        self.flow.version.map(|_| &self.flow)
    }
}

impl Core {
    /// A request at the authorization endpoint.
    ///
    /// # Errors
    /// What is shown to the person instead of an answer to the client.
    pub async fn authorize(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        parameters: &Parameters,
        visitor: &Visitor,
    ) -> Result<Authorized, AuthorizeFailure> {
        self.check_ownership()?;
        let Incoming {
            client,
            target,
            request,
            pushed,
        } = self.incoming(snapshot, parameters).await?;
        let request = match request {
            Ok(request) => request,
            Err(error) => {
                let trusted = self.is_signed_in(snapshot, &client, visitor).await?;
                return respond(snapshot, trusted, target, error);
            }
        };
        let silent = request.prompt.contains(PromptValue::None);
        let mut flow = Flow::new(
            Purpose::Client(Box::new(request)),
            &visitor.browser,
            self.now(),
        );
        flow.pushed = pushed.map(|pushed| base64url::encode(pushed.key.0));
        let handle = EntryHandle::generate(HandleKind::FLOW).map_err(|e| unexpected(&e))?;
        let mut flow = Kept::new(EntryKind::Flow, handle.key, flow);
        for _ in 0..MAX_TRIES {
            // As it is now: what was overtaken was so by an edit, perhaps.
            let fresh = self.realm_by_key(snapshot.key());
            let snapshot = fresh.as_ref().unwrap_or(snapshot);
            let known = match self.know(snapshot, flow, visitor).await {
                Ok(known) => known,
                Err(FlowError::Refused(error)) => {
                    let trusted = self.is_signed_in(snapshot, &client, visitor).await?;
                    return respond(snapshot, trusted, target, error);
                }
                Err(FlowError::Store(error)) => return Err(error.into()),
                Err(FlowError::Over) => return Err(over().into()),
            };
            let trusted = !client.registered_itself() || known.session.is_some();
            match known.next(snapshot, &[], self.now()) {
                Next::Refuse(error) => return respond(snapshot, trusted, target, error),
                Next::Show(stage) if silent => {
                    return respond(snapshot, trusted, target, unasked(&stage));
                }
                Next::Show(_) => {
                    let flow = known.flow.for_client(client.id);
                    self.keep_flow(snapshot, flow).await?;
                    return Ok(Authorized::Interact(handle.text));
                }
                Next::Done(scopes) => match self.finish(snapshot, &known, &scopes, &[]).await {
                    Ok(Outcome::Respond(answer)) => return Ok(Authorized::Respond(answer)),
                    Ok(_) => return Err(over().into()),
                    Err(GrantFailure::Overtaken) => flow = known.flow,
                    Err(GrantFailure::Refused(error)) => {
                        return respond(snapshot, trusted, target, error);
                    }
                    Err(GrantFailure::Store(error)) => return Err(error.into()),
                },
            }
        }
        Err(StoreError::Unavailable("a grant was overtaken again and again".into()).into())
    }

    /// Whether a redirect by an error of the client may be trusted to have come about by its person.
    async fn is_signed_in(
        &self,
        snapshot: &RealmSnapshot,
        client: &Application,
        visitor: &Visitor,
    ) -> Result<bool, StoreError> {
        match (client.registered_itself(), &visitor.session) {
            (false, _) => Ok(true),
            (true, None) => Ok(false),
            (true, Some(cookie)) => {
                let session = self.login_session(snapshot, cookie.expose()).await?;
                Ok(session.is_some())
            }
        }
    }

    /// Where a flow is.
    ///
    /// # Errors
    /// If there is no such flow in this browser; if the store fails.
    pub async fn flow_state(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        handle: &str,
        visitor: &Visitor,
    ) -> Result<FlowState, FlowError> {
        let outcome = self.go_on(snapshot, handle, visitor, &[]).await?;
        Ok(FlowState {
            outcome,
            cookie: None,
        })
    }

    /// Goes on with a flow as far as it gets, where the person just `said` what they allow.
    pub(super) async fn go_on(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        handle: &str,
        visitor: &Visitor,
        said: &[(AskedScope, bool)],
    ) -> Result<Outcome, FlowError> {
        for _ in 0..MAX_TRIES {
            // As it is now: what was overtaken was so by an edit, perhaps.
            let fresh = self.realm_by_key(snapshot.key());
            let snapshot = fresh.as_ref().unwrap_or(snapshot);
            let flow = self.find_flow(snapshot, handle, visitor).await?;
            let known = self.know(snapshot, flow, visitor).await?;
            let finished = match known.next(snapshot, said, self.now()) {
                Next::Show(mut stage) => {
                    if let Stage::SignIn { passkeys, .. } = &mut stage {
                        match self.offer_passkeys(snapshot, &known.flow).await? {
                            Offered::Options(options) => *passkeys = Some(options),
                            Offered::Nothing => {}
                            Offered::Overtaken => continue,
                        }
                    }
                    return Ok(Outcome::Show(stage, known.client, known.target));
                }
                Next::Refuse(error) => Err(GrantFailure::Refused(error)),
                Next::Done(scopes) => self.finish(snapshot, &known, &scopes, said).await,
            };
            match finished {
                Ok(outcome) => return Ok(outcome),
                Err(GrantFailure::Overtaken) => {}
                Err(GrantFailure::Refused(error)) => {
                    return self.refuse(snapshot, known, error).await;
                }
                Err(GrantFailure::Store(error)) => return Err(error.into()),
            }
        }
        Err(StoreError::Unavailable("a grant was overtaken again and again".into()).into())
    }

    /// Ends a flow with an error for whoever waits.
    pub(super) async fn refuse(
        &self,
        snapshot: &RealmSnapshot,
        known: Known,
        error: OAuthError,
    ) -> Result<Outcome, FlowError> {
        if let Purpose::Device(device) = &known.flow.value.purpose {
            return match self
                .decide_device(snapshot, device, Approval::Denied, &known.flow)
                .await
            {
                Ok(()) => Ok(Outcome::DeviceDone(false)),
                Err(GrantFailure::Store(error)) => Err(error.into()),
                Err(_) => Err(FlowError::Over),
            };
        }
        let target = known.target.ok_or(FlowError::Over)?;
        let mut changes = vec![known.flow.delete()];
        changes.extend(pushed_key(&known.flow.value).map(|key| {
            crate::store::Change::DeleteEntry {
                kind: EntryKind::PushedRequest,
                key,
                version: None,
            }
        }));
        match self.commit_grant(snapshot, changes).await {
            Ok(()) => Ok(Outcome::Respond(target.answer(snapshot, Err(error)))),
            Err(GrantFailure::Store(error)) => Err(error.into()),
            Err(_) => Err(FlowError::Over),
        }
    }

    /// Reads all that the next step depends on.
    pub(super) async fn know(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        flow: Kept<Flow>,
        visitor: &Visitor,
    ) -> Result<Known, FlowError> {
        let client = match &flow.value.purpose {
            Purpose::Client(request) => {
                Some(incoming::client(snapshot, request.client_id.as_str())?)
            }
            Purpose::Device(device) => Some(incoming::client(snapshot, &device.client_id)?),
            Purpose::Account(_) => None,
        };
        let target = match (&client, flow.value.request()) {
            (Some(client), Some(request)) => Some(RedirectTarget::of(client, &request.target())?),
            _ => None,
        };
        // A13: what was pushed is used up by whoever comes first, in whichever browser or tab.
        if let Some(key) = pushed_key(&flow.value) {
            let kind = EntryKind::PushedRequest;
            let found = self.find_kept::<PushedRequest>(snapshot.key(), kind, &key);
            found.await?.ok_or(FlowError::Over)?;
        }
        let session = match &visitor.session {
            Some(cookie) => self.login_session(snapshot, cookie.expose()).await?,
            None => None,
        };
        let identified = match &flow.value.identified {
            Some(identified) => {
                let account = self.account(snapshot.key(), &identified.id()).await?;
                let person = self.person(snapshot, &identified.id()).await?;
                person.map(|person| (person, account))
            }
            None => None,
        };
        let consent = match (&client, &session) {
            (Some(client), Some(session)) => {
                let key = consent_key(&session.person().id, client.id);
                self.find_kept::<ConsentRecord>(snapshot.key(), EntryKind::Consent, &key)
                    .await?
            }
            _ => None,
        };
        let expected_subs = match (&client, flow.value.request()) {
            (Some(client), Some(request)) => expected_subs(snapshot, client, request, self.now())?,
            _ => None,
        };
        let sub = match (&client, &session) {
            (Some(client), Some(session)) => Some(subject_of(
                self.secrets(),
                snapshot,
                client,
                &session.person().id,
            )),
            _ => None,
        };
        Ok(Known {
            flow,
            client,
            target,
            session,
            identified,
            consent,
            expected_subs,
            sub,
        })
    }

    /// Ends a flow well.
    async fn finish(
        &self,
        snapshot: &Arc<RealmSnapshot>,
        known: &Known,
        scopes: &[AskedScope],
        said: &[(AskedScope, bool)],
    ) -> Result<Outcome, GrantFailure> {
        if let Purpose::Account(account) = &known.flow.value.purpose {
            let gone = known.kept().map(Kept::delete).into_iter().collect();
            self.commit_grant(snapshot, gone).await?;
            return Ok(Outcome::Account(account.page));
        }
        let (Some(client), Some(session)) = (&known.client, &known.session) else {
            return Err(over().into());
        };
        let draft = Draft {
            snapshot,
            client,
            session,
            scopes,
            consent: known.consent.as_ref(),
            said,
            now: self.now(),
        };
        match (&known.flow.value.purpose, &known.target) {
            (Purpose::Client(request), Some(target)) => {
                crate::tokens::check_resources(snapshot, scopes, &request.resource)?;
                let pushed = pushed_key(&known.flow.value);
                let code = self
                    .make_code(&draft, request, known.kept(), pushed)
                    .await?;
                Ok(Outcome::Respond(target.clone().answer(snapshot, Ok(code))))
            }
            (Purpose::Device(device), _) => {
                let approval = Approval::Granted(&draft);
                self.decide_device(snapshot, device, approval, &known.flow)
                    .await?;
                Ok(Outcome::DeviceDone(true))
            }
            _ => Err(over().into()),
        }
    }

    pub(super) async fn keep_flow(
        &self,
        snapshot: &RealmSnapshot,
        flow: Kept<Flow>,
    ) -> Result<(), StoreError> {
        let flow = flow.until(self.now().plus(LIFETIME));
        let put = vec![flow.put()?];
        let changes = match flow.version {
            Some(_) => put,
            None => self.making_room(snapshot.key(), put),
        };
        let commit = Commit {
            realm: snapshot.key().clone(),
            changes,
        };
        match self.store().commit(commit).await {
            Ok(_) => Ok(()),
            Err(CommitError::Store(error)) => Err(error),
            Err(CommitError::Conflict(conflict)) => {
                Err(StoreError::Unavailable(conflict.to_string()))
            }
        }
    }
}

fn pushed_key(flow: &Flow) -> Option<EntryKey> {
    let key = flow.pushed.as_deref()?;
    base64url::decode_array(key).ok().map(EntryKey)
}

/// Whom the client means: `id_token_hint`, or the claim `sub` (OpenID Connect Core §3.1.2.1, §5.5.1).
fn expected_subs(
    snapshot: &RealmSnapshot,
    client: &Application,
    request: &oauth::AuthorizationRequest,
    now: crate::Timestamp,
) -> Result<Option<Vec<String>>, OAuthError> {
    if let Some(hint) = &request.id_token_hint {
        return subject_of_hint(snapshot, Some(client), hint.expose(), now)
            .map(|hint| Some(vec![hint.sub]));
    }
    let claims = request.claims.as_ref();
    let sub = claims.and_then(|claims| claims.in_id_token("sub"));
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    Ok(match sub.map(|claim| &claim.wanted) {
        Some(WantedValue::One(value)) => text(value).map(|sub| vec![sub]),
        Some(WantedValue::OneOf(values)) => Some(values.iter().filter_map(text).collect()),
        Some(WantedValue::Any) | None => None,
    })
}

/// The error for a client that does not want anybody to be asked (OpenID Connect Core §3.1.2.6).
fn unasked(stage: &Stage) -> OAuthError {
    match stage {
        Stage::SignIn { .. } => {
            OAuthError::new(ErrorCode::LoginRequired, "the person has to sign in")
        }
        Stage::Consent { .. } => {
            OAuthError::new(ErrorCode::ConsentRequired, "the person has to consent")
        }
        _ => OAuthError::new(ErrorCode::InteractionRequired, "the person has to be asked"),
    }
}

/// The answer for the client; nobody who is not signed in is sent on by the errors of a client that
/// registered itself, which may be anybody's (A10).
fn respond(
    snapshot: &RealmSnapshot,
    trusted: bool,
    target: RedirectTarget,
    error: OAuthError,
) -> Result<Authorized, AuthorizeFailure> {
    match trusted {
        true => Ok(Authorized::Respond(target.answer(snapshot, Err(error)))),
        false => Err(error.into()),
    }
}

fn over() -> OAuthError {
    OAuthError::invalid_request("this page is no longer valid: go back to the application")
}
