//! What comes next in a flow: a pure function of what is known.

use super::{
    flow::{Flow, Purpose},
    stage::{ConsentItem, SignInReason, Stage, consent_digest},
};
use crate::{
    Timestamp,
    config::{Application, ApplicationKind},
    consents::{ConsentRecord, registered},
    people::{Account, Acr, LoginSession, Person},
    snapshot::RealmSnapshot,
};
use oauth::{AuthorizationRequest, ErrorCode, OAuthError, PromptValue, Scope, WantedValue};
use scope::{AskedScope, ConsentNeed};

/// Everything that the next step depends on.
pub(super) struct Situation<'a> {
    pub(super) snapshot: &'a RealmSnapshot,
    pub(super) flow: &'a Flow,
    /// The client that waits for an answer, if one does.
    pub(super) client: Option<&'a Application>,
    pub(super) session: Option<&'a LoginSession>,
    /// Whoever gave a first factor in this flow.
    pub(super) identified: Option<(&'a Person, &'a Account)>,
    pub(super) consent: Option<&'a ConsentRecord>,
    /// What the person just said of scopes, before it is kept.
    pub(super) said: &'a [(AskedScope, bool)],
    /// Each `sub` that the client means, by an ID token or a claim.
    pub(super) expected_subs: Option<&'a [String]>,
    /// The `sub` of whoever is signed in, for the client.
    pub(super) sub: Option<&'a str>,
    pub(super) now: Timestamp,
}

/// The next step.
#[derive(Debug)]
pub(super) enum Next {
    /// A page.
    Show(Stage),
    /// Nothing is left to ask: these scopes are allowed.
    Done(Vec<AskedScope>),
    /// The client hears why not.
    Refuse(OAuthError),
}

/// What comes next.
pub(super) fn next(situation: &Situation<'_>) -> Next {
    match decide(situation) {
        Ok(next) | Err(next) => next,
    }
}

/// Each line asks for one thing, and the first that is missing comes next.
fn decide(it: &Situation<'_>) -> Result<Next, Next> {
    half_signed_in(it)?;
    let session = signed_in(it)?;
    password_is_good(it, session)?;
    device_is_theirs(it)?;
    let Some(client) = it.client else {
        return Ok(Next::Done(Vec::new()));
    };
    let asked = asked(it, client, session)?;
    let asked = strong_enough(it, session, asked)?;
    consented(it, session, asked).map(Next::Done)
}

/// Whoever gave a first factor gives the second before anything else.
fn half_signed_in(it: &Situation<'_>) -> Result<(), Next> {
    let Some((person, account)) = it.identified else {
        return Ok(());
    };
    let methods = it.flow.identified.as_ref().map(|known| &known.methods);
    match methods.is_some_and(|methods| account.lacks_second_factor(methods)) {
        true => Err(Next::Show(Stage::SecondFactor {
            name: person.display_name().to_owned(),
            totp: account.totp.is_some(),
            recovery_code: !account.recovery_codes.is_empty(),
        })),
        false => Ok(()),
    }
}

/// A session, fresh enough, of the person who is meant.
fn signed_in<'a>(it: &Situation<'a>) -> Result<&'a LoginSession, Next> {
    let hint = || it.flow.request().and_then(|r| r.login_hint.clone());
    let show = |reason| {
        Next::Show(Stage::SignIn {
            reason,
            hint: match reason {
                SignInReason::Nobody => hint(),
                SignInReason::Fresh | SignInReason::Stronger(_) => it
                    .session
                    .map(|session| session.person().user_name().to_owned()),
                SignInReason::Another => None,
            },
            passkeys: None,
        })
    };
    let session = it.session.ok_or_else(|| show(SignInReason::Nobody))?;
    let (record, began) = (session.record(), it.flow.began);
    let in_this_flow = began <= record.came_in();
    let request = it.flow.request();
    let prompts = |value| request.is_some_and(|request| request.prompt.contains(value));
    if !in_this_flow && (it.flow.switching || prompts(PromptValue::SelectAccount)) {
        return Err(show(SignInReason::Another));
    }
    // A14: enforced here, whatever the client then checks. Whoever came in by a provider that knew them already did not
    // sign in by that.
    let auth_time = record.proven_auth_time();
    let fresh = auth_time.is_some_and(|at| began <= at);
    if !fresh && !Freshness::of(it.flow, it.client).is_met(auth_time, it.now) {
        return Err(show(SignInReason::Fresh));
    }
    match (it.expected_subs, it.sub) {
        (Some(expected), Some(sub)) if expected.iter().all(|one| one != sub) => {
            match in_this_flow {
                false => Err(show(SignInReason::Another)),
                true => Err(refuse(
                    ErrorCode::LoginRequired,
                    "somebody else signed in than the application means",
                )),
            }
        }
        _ => Ok(session),
    }
}

/// How fresh a sign-in must be: what the request says, and else the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Freshness {
    /// It must come after the flow began (`prompt=login`; the person's own pages).
    anew: bool,
    /// How many seconds old it may be (`max_age`).
    max_age: Option<u64>,
}

impl Freshness {
    /// What a flow needs.
    pub(super) fn of(flow: &Flow, client: Option<&Application>) -> Self {
        let request = flow.request();
        let by_client = || client.and_then(|client| client.openid.default_max_age);
        let login = |request: &AuthorizationRequest| request.prompt.contains(PromptValue::Login);
        let step_up = matches!(&flow.purpose, Purpose::Account(account) if account.fresh);
        Self {
            anew: request.is_some_and(login) || step_up,
            max_age: request
                .and_then(|request| request.max_age)
                .or_else(|| by_client().map(u64::from)),
        }
    }

    /// The same as `max_age`: 0 if it must be a new one.
    pub(super) fn max_age(self) -> Option<u64> {
        match self.anew {
            true => Some(0),
            false => self.max_age,
        }
    }

    /// Whether a sign-in from before the flow will do.
    fn is_met(self, auth_time: Option<Timestamp>, now: Timestamp) -> bool {
        let age = |at: Timestamp| now.seconds().saturating_sub(at.seconds());
        let age = auth_time.map(|at| u64::try_from(age(at)).unwrap_or_default());
        match self.max_age() {
            None => true,
            Some(_) if self.anew => false,
            Some(most) => age.is_some_and(|age| age < most.max(1)),
        }
    }
}

fn password_is_good(it: &Situation<'_>, session: &LoginSession) -> Result<(), Next> {
    match session.must_change_password(it.snapshot, it.now) {
        true => Err(Next::Show(Stage::ChangePassword {
            name: session.person().display_name().to_owned(),
        })),
        false => Ok(()),
    }
}

fn device_is_theirs(it: &Situation<'_>) -> Result<(), Next> {
    match &it.flow.purpose {
        Purpose::Device(device) if !device.confirmed => Err(Next::Show(Stage::ConfirmDevice {
            user_code: device.user_code.clone(),
        })),
        _ => Ok(()),
    }
}

/// The scopes that the client may have of this person.
fn asked(
    it: &Situation<'_>,
    client: &Application,
    session: &LoginSession,
) -> Result<Vec<AskedScope>, Next> {
    let requested = requested_scope(&it.flow.purpose).map_err(Next::Refuse)?;
    let catalogue = it.snapshot.catalogue();
    let roles = catalogue.rights_of_person(&session.person().id.0);
    scope::asked_of_person(catalogue, client.id, requested.as_ref(), roles)
        .map_err(|refusal| Next::Refuse(OAuthError::new(refusal.error_code(), refusal.to_string())))
}

/// What is asked for by name.
pub(super) fn requested_scope(purpose: &Purpose) -> Result<Option<Scope>, OAuthError> {
    match purpose {
        Purpose::Client(request) => Ok(request.scope.clone()),
        Purpose::Device(device) => {
            let scope = device.scope.as_deref().map(str::parse::<Scope>);
            Ok(scope.transpose()?)
        }
        Purpose::Account(_) => Ok(None),
    }
}

/// Whether the sign-in is as strong as the scopes and the request need (RFC 9470). An optional
/// scope that this person can't reach is left out.
fn strong_enough(
    it: &Situation<'_>,
    session: &LoginSession,
    asked: Vec<AskedScope>,
) -> Result<Vec<AskedScope>, Next> {
    let reachable = reachable(session.account());
    let unmet = || {
        Err(refuse(
            ErrorCode::UnmetAuthenticationRequirements,
            "this person has no means to sign in as strongly as is needed",
        ))
    };
    let mut kept = Vec::new();
    let mut needed = Acr::OneFactor;
    for scope in asked {
        match scope
            .assigned
            .required_acr
            .as_deref()
            .map(str::parse::<Acr>)
        {
            None => kept.push(scope),
            Some(Ok(acr)) if acr <= reachable.max(session.acr()) => {
                needed = needed.max(acr);
                kept.push(scope);
            }
            Some(_) if scope.assigned.optional => {}
            Some(_) => return unmet(),
        }
    }
    let (essential, voluntary) = it
        .flow
        .request()
        .map(|request| wanted_acr(request, it.client))
        .unwrap_or_default();
    match essential {
        Some(Some(acr)) if acr <= reachable.max(session.acr()) => needed = needed.max(acr),
        Some(_) => return unmet(),
        None => {}
    }
    if let Some(acr) = voluntary.filter(|acr| *acr <= reachable) {
        needed = needed.max(acr);
    }
    if session.acr() < needed {
        let hint = Some(session.person().user_name().to_owned());
        let reason = SignInReason::Stronger(needed);
        return Err(Next::Show(Stage::SignIn {
            reason,
            hint,
            passkeys: None,
        }));
    }
    Ok(kept)
}

/// How strongly the person can sign in.
fn reachable(account: &Account) -> Acr {
    if !account.passkeys.is_empty() {
        Acr::PhishingResistant
    } else if account.has_second_factor() {
        Acr::TwoFactors
    } else {
        Acr::OneFactor
    }
}

/// The weakest class that would do as an essential claim, and as a wish (OpenID Connect Core
/// §5.5.1.1). Names that are not known here can't be had: an essential claim of only such ones is one
/// without a class. As a wish they are ignored.
fn wanted_acr(
    request: &AuthorizationRequest,
    client: Option<&Application>,
) -> (Option<Option<Acr>>, Option<Acr>) {
    let weakest = |values: &[String]| values.iter().filter_map(|v| v.parse::<Acr>().ok()).min();
    let claim = request.claims.as_ref().and_then(|c| c.in_id_token("acr"));
    let claimed: Vec<String> = match claim.map(|claim| &claim.wanted) {
        Some(WantedValue::One(value)) => value.as_str().map(str::to_owned).into_iter().collect(),
        Some(WantedValue::OneOf(values)) => values
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect(),
        Some(WantedValue::Any) | None => Vec::new(),
    };
    let essential = claim.is_some_and(|claim| claim.essential) && !claimed.is_empty();
    let essential = essential.then(|| weakest(&claimed));
    let mut wishes = request.acr_values.as_slice();
    if wishes.is_empty() {
        wishes = client.map_or(&[], |client| client.openid.default_acr_values.as_slice());
    }
    (essential, weakest(wishes).or_else(|| weakest(&claimed)))
}

/// What the person allows: asked for only as far as it is new, widened, or wanted again.
fn consented(
    it: &Situation<'_>,
    session: &LoginSession,
    asked: Vec<AskedScope>,
) -> Result<Vec<AskedScope>, Next> {
    let prompts = it
        .flow
        .request()
        .is_some_and(|request| request.prompt.contains(PromptValue::Consent));
    let another = match (it.consent, it.client) {
        (Some(consent), Some(client)) => !consent.is_for(client),
        _ => false,
    };
    // RFC 8628 §5.4: a device is always asked about, for someone may have been tricked.
    let device = matches!(it.flow.purpose, Purpose::Device(_));
    // Nobody knows which program asks; nor is it asked for when nobody looks (RFC 8252 §8.6).
    let anyone = it
        .client
        .is_some_and(|client| may_be_anyone(client, it.flow))
        && session.record().auth_time < it.flow.began;
    let again = prompts || another || device || anyone;
    let need = |scope: &AskedScope| {
        let same = |said: &AskedScope| said.granted() == scope.granted();
        match it.said.iter().find(|(said, _)| same(said)) {
            Some((_, true)) => ConsentNeed::Granted,
            Some((_, false)) => ConsentNeed::Denied,
            None => {
                let said = it.consent.and_then(|c| c.of(scope.scope.id()));
                scope.need(said.as_ref(), again)
            }
        }
    };
    let mut needs: Vec<ConsentNeed> = asked.iter().map(need).collect();
    let asks = |need: &ConsentNeed| !matches!(need, ConsentNeed::Granted | ConsentNeed::Denied);
    if anyone && it.said.is_empty() && !needs.iter().any(asks) {
        let granted = needs
            .iter_mut()
            .filter(|need| **need == ConsentNeed::Granted);
        granted.for_each(|need| *need = ConsentNeed::Again);
    }
    let nothing_allowed = needs.iter().all(|need| *need == ConsentNeed::Denied);
    if nothing_allowed && !it.said.is_empty() {
        return Err(refuse(
            ErrorCode::AccessDenied,
            "the person allowed nothing",
        ));
    }
    if needs.iter().any(asks) || nothing_allowed {
        let items = asked.iter().zip(needs).map(|(scope, need)| ConsentItem {
            scope: scope.clone(),
            name: scope.name().to_string(),
            prompt: scope.prompt().to_owned(),
            optional: scope.assigned.optional && scope.assigned.consent_required,
            need,
        });
        let asked_about = |item: &ConsentItem| match item.need {
            ConsentNeed::Granted => false,
            ConsentNeed::Denied => nothing_allowed,
            ConsentNeed::New | ConsentNeed::Widened | ConsentNeed::Again => true,
        };
        let items: Vec<ConsentItem> = items.filter(asked_about).collect();
        let registered = it.client.map(registered).unwrap_or_default();
        return Err(Next::Show(Stage::Consent {
            name: session.person().display_name().to_owned(),
            shown: consent_digest(&session.record().sid, &registered, &items),
            items,
        }));
    }
    let allowed = asked
        .into_iter()
        .zip(needs)
        .filter(|(_, need)| *need == ConsentNeed::Granted);
    Ok(allowed.map(|(scope, _)| scope).collect())
}

/// Whether any program of the person's device could have sent the request: the client has no secret, and
/// its answer goes to that device, and not to a place that is the client's own.
fn may_be_anyone(client: &Application, flow: &Flow) -> bool {
    let Some(request) = flow.request() else {
        return false;
    };
    let presented = request.redirect_uri.as_ref();
    let uri = presented.or_else(|| client.redirect_uris.first());
    client.kind == ApplicationKind::Public && uri.is_some_and(|uri| !uri.starts_with("https:"))
}

fn refuse(code: ErrorCode, why: &str) -> Next {
    Next::Refuse(OAuthError::new(code, why))
}
