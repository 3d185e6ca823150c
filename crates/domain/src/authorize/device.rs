//! The device grant up to its token (RFC 8628).

use super::{
    flow::{DevicePurpose, Flow, FlowError, Purpose, Visitor},
    grant::{Draft, GrantFailure},
};
use crate::{
    Core, Timestamp,
    config::ApplicationKind,
    people::{Counted, Crowd, Crowds, EntryHandle, HandleKind, Kept, key_of},
    snapshot::RealmSnapshot,
    store::{Change, Commit, CommitError, EntryKey, EntryKind, StoreError},
    tokens::{AuthenticatedClient, RequestError, may_use, unexpected},
};
use jose::base64url;
use oauth::{DeviceAuthorizationRequest, DeviceAuthorizationResponse, GrantType, Secret, UserCode};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a device waits.
const LIFETIME: Duration = Duration::from_secs(10 * 60);
/// Seconds between two questions of a device, at least.
pub(crate) const INTERVAL: u64 = 5;

/// A device that waits, as kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeviceRecord {
    /// What it asks for.
    pub(crate) scope: Option<String>,
    /// The resources that it names.
    pub(crate) resources: Vec<String>,
    /// When it may not be approved any more.
    pub(crate) ends: Timestamp,
    /// Seconds that it must leave between two questions now.
    pub(crate) interval: u64,
    /// When it last asked.
    pub(crate) asked: Option<Timestamp>,
    /// What the person said.
    pub(crate) answer: DeviceAnswer,
}

/// What a person said of a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DeviceAnswer {
    /// Nothing yet.
    None,
    /// They allowed it: the grant, base64url.
    Granted(String),
    /// They did not.
    Denied,
    /// The token was fetched.
    Used,
}

/// What a user code stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct UserCodeRecord {
    /// The key of the device's entry, base64url.
    device: String,
    client_id: String,
}

/// A user code that was counted as wrong, until it is known to be right.
struct Guess {
    /// For whoever typed it.
    own: EntryKey,
    /// And for those with them.
    crowds: Vec<Crowd>,
}

impl Guess {
    /// It does not count for others.
    fn take_back(&self, crowds: &Crowds) {
        self.crowds.iter().for_each(|crowd| crowds.uncount(crowd));
    }
}

/// What a person says of a device.
pub(super) enum Approval<'a> {
    Granted(&'a Draft<'a>),
    Denied,
}

/// Why a user code leads nowhere.
#[derive(Debug, thiserror::Error)]
pub enum DeviceError {
    /// There is no such code.
    #[error("there is no device with this code, or it has expired")]
    Unknown,
    /// Too many codes were tried (U8).
    #[error("too many codes were tried; try again later")]
    TooMany {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Core {
    /// A device asks for a person (RFC 8628 §3.1).
    ///
    /// # Errors
    /// `unauthorized_client`, `invalid_scope`; the store's failure.
    pub async fn device_authorization(
        &self,
        client: &AuthenticatedClient,
        request: &DeviceAuthorizationRequest,
    ) -> Result<DeviceAuthorizationResponse, RequestError> {
        let (snapshot, application) = (client.snapshot(), client.application());
        may_use(application, GrantType::DeviceCode)?;
        // Whoever the person will be: what nobody could allow is refused now.
        let everything = scope::RoleRights::everything();
        let catalogue = snapshot.catalogue();
        scope::asked_of_person(
            catalogue,
            application.id,
            request.scope.as_ref(),
            everything,
        )
        .map_err(|refusal| oauth::OAuthError::new(refusal.error_code(), refusal.to_string()))?;
        let (now, ends) = (self.now(), self.now().plus(LIFETIME));
        let handle = EntryHandle::generate(HandleKind::DEVICE_CODE).map_err(|e| unexpected(&e))?;
        let user_code = new_user_code().map_err(|error| unexpected(&error))?;
        let record = DeviceRecord {
            scope: request.scope.as_ref().map(ToString::to_string),
            resources: request
                .resource
                .iter()
                .map(|resource| resource.as_str().to_owned())
                .collect(),
            ends,
            interval: INTERVAL,
            asked: None,
            answer: DeviceAnswer::None,
        };
        let device = Kept::new(EntryKind::DeviceCode, handle.key, record)
            .for_client(application.id)
            .until(ends.plus(LIFETIME));
        let code = UserCodeRecord {
            device: base64url::encode(handle.key.0),
            client_id: application.client_id(),
        };
        let code = Kept::new(EntryKind::UserCode, user_code_key(&user_code), code)
            .for_client(application.id)
            .until(ends);
        let mut changes = vec![device.put()?, code.put()?];
        if application.kind == ApplicationKind::Public {
            changes = self.making_room(snapshot.key(), changes);
        }
        let commit = Commit {
            realm: snapshot.key().clone(),
            changes,
        };
        match self.store().commit(commit).await {
            Ok(_) => {}
            Err(CommitError::Conflict(conflict)) => return Err(unexpected(&conflict).into()),
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        let verification_uri = format!("{}/device", snapshot.issuer());
        let complete = format!("{verification_uri}?user_code={}", user_code.shown());
        let expires_in = ends.seconds().saturating_sub(now.seconds());
        Ok(DeviceAuthorizationResponse {
            device_code: handle.text,
            user_code,
            verification_uri,
            verification_uri_complete: Some(complete),
            expires_in: u64::try_from(expires_in).unwrap_or_default(),
            interval: INTERVAL,
        })
    }

    /// A person typed a user code: the handle of the flow that leads to the device.
    ///
    /// # Errors
    /// [`DeviceError`].
    pub async fn begin_device_flow(
        &self,
        snapshot: &RealmSnapshot,
        visitor: &Visitor,
        typed: &str,
    ) -> Result<Secret, DeviceError> {
        self.check_ownership()?;
        // Counted before it is looked at, so that codes that are tried at once are counted one by one.
        let guess = self.count_user_code(snapshot, visitor).await?;
        let Some((user_code, code)) = self.user_code(snapshot, typed).await? else {
            return Err(DeviceError::Unknown);
        };
        guess.take_back(self.crowds());
        self.uncount_failure(snapshot, guess.own).await?;
        let device = device_key(&code.value.device).ok_or(DeviceError::Unknown)?;
        let record = self
            .find_kept::<DeviceRecord>(snapshot.key(), EntryKind::DeviceCode, &device)
            .await?
            .filter(|record| record.value.answer == DeviceAnswer::None)
            .filter(|record| self.now() < record.value.ends)
            .ok_or(DeviceError::Unknown)?;
        let purpose = Purpose::Device(Box::new(DevicePurpose {
            key: code.value.device.clone(),
            client_id: code.value.client_id.clone(),
            scope: record.value.scope.clone(),
            user_code: user_code.shown(),
            confirmed: false,
        }));
        let flow = Flow::new(purpose, &visitor.browser, self.now());
        let handle = EntryHandle::generate(HandleKind::FLOW)
            .map_err(|error| StoreError::Engine(error.to_string()))?;
        self.keep_flow(snapshot, Kept::new(EntryKind::Flow, handle.key, flow))
            .await?;
        Ok(handle.text)
    }

    /// Counts a code that somebody types: by who is signed in; or by the browser and, since that
    /// costs nothing to change, by the network and the realm (U8).
    async fn count_user_code(
        &self,
        snapshot: &RealmSnapshot,
        visitor: &Visitor,
    ) -> Result<Guess, DeviceError> {
        let session = match &visitor.session {
            Some(cookie) => self.login_session(snapshot, cookie.expose()).await?,
            None => None,
        };
        let realm = snapshot.key();
        let (who, crowds) = match &session {
            Some(session) => (format!("user-code of {}", session.person().id), Vec::new()),
            None => {
                let network = visitor.browser.network;
                let network = network.map(|network| Crowd::UserCodes(realm.clone(), network));
                let all = Crowd::AllUserCodes(realm.clone());
                let crowds = network.into_iter().chain([all]).collect();
                (format!("user-code {}", visitor.browser.id), crowds)
            }
        };
        let own = key_of(EntryKind::Attempts, who.as_bytes());
        let mut guess = Guess {
            own,
            crowds: Vec::new(),
        };
        let too_many = |until: Timestamp| {
            let seconds = until.seconds().saturating_sub(self.now().seconds());
            let retry_after = u64::try_from(seconds).unwrap_or_default().max(1);
            DeviceError::TooMany { retry_after }
        };
        for crowd in crowds {
            if let Counted::TooMany { until } = self.crowds().count(crowd.clone(), self.now()) {
                return Err(too_many(until));
            }
            guess.crowds.push(crowd);
        }
        match self.count_failure(snapshot, own).await? {
            Counted::Once => Ok(guess),
            Counted::TooMany { until } => {
                // One browser alone uses up nobody else's guesses.
                guess.take_back(self.crowds());
                Err(too_many(until))
            }
        }
    }

    async fn user_code(
        &self,
        snapshot: &RealmSnapshot,
        typed: &str,
    ) -> Result<Option<(UserCode, Kept<UserCodeRecord>)>, StoreError> {
        let Ok(user_code) = typed.parse::<UserCode>() else {
            return Ok(None);
        };
        let key = user_code_key(&user_code);
        let found = self
            .find_kept::<UserCodeRecord>(snapshot.key(), EntryKind::UserCode, &key)
            .await?;
        Ok(found.map(|found| (user_code, found)))
    }

    /// Writes down what a person says of a device; the flow is over by that.
    pub(super) async fn decide_device(
        &self,
        snapshot: &RealmSnapshot,
        device: &DevicePurpose,
        approval: Approval<'_>,
        flow: &Kept<Flow>,
    ) -> Result<(), GrantFailure> {
        let gone = || {
            let problem = "the device does not wait any more";
            GrantFailure::Refused(oauth::OAuthError::invalid_request(problem))
        };
        let key = device_key(&device.key).ok_or_else(gone)?;
        let found = self.find_kept::<DeviceRecord>(snapshot.key(), EntryKind::DeviceCode, &key);
        let mut record = found.await?.ok_or_else(gone)?;
        if record.value.answer != DeviceAnswer::None || record.value.ends <= self.now() {
            return Err(gone());
        }
        let mut changes = Vec::new();
        record.value.answer = match approval {
            Approval::Denied => DeviceAnswer::Denied,
            Approval::Granted(draft) => {
                let (grant, more) = draft.grant(None, LIFETIME)?;
                changes = more;
                record.person = Some(grant.record.person.clone());
                DeviceAnswer::Granted(base64url::encode(grant.record.id.0))
            }
        };
        changes.push(record.put()?);
        changes.push(flow.delete());
        if let Ok(user_code) = device.user_code.parse::<UserCode>() {
            changes.push(Change::DeleteEntry {
                kind: EntryKind::UserCode,
                key: user_code_key(&user_code),
                version: None,
            });
        }
        self.commit_grant(snapshot, changes).await
    }
}

fn device_key(text: &str) -> Option<EntryKey> {
    base64url::decode_array(text).ok().map(EntryKey)
}

fn user_code_key(code: &UserCode) -> EntryKey {
    key_of(EntryKind::UserCode, code.letters().as_bytes())
}

/// A code of 20^8 (U8).
fn new_user_code() -> Result<UserCode, jose::JoseError> {
    loop {
        // Some bytes are thrown away, so that every code is as likely.
        let random = jose::random_bytes::<32>()?;
        if let Some(code) = UserCode::from_random(&random) {
            return Ok(code);
        }
    }
}

impl From<DeviceError> for FlowError {
    fn from(error: DeviceError) -> Self {
        match error {
            DeviceError::Store(error) => error.into(),
            DeviceError::Unknown | DeviceError::TooMany { .. } => Self::Over,
        }
    }
}
