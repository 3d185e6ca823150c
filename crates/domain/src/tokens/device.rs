//! A device asks whether its person has answered (RFC 8628 §3.4, §3.5).

use super::{
    AuthenticatedClient, ReadGrant, RequestError,
    code::{Issue, IssueFailure, grant_id, wanted},
    mint::may_use,
};
use crate::{
    Core,
    authorize::{DeviceAnswer, DeviceRecord, INTERVAL},
    people::{HandleKind, Kept},
    store::{CommitError, EntryKind},
};
use oauth::{DeviceCodeRequest, ErrorCode, GrantType, OAuthError, TokenResponse};
use std::time::Duration;

impl Core {
    pub(super) async fn redeem_device_code(
        &self,
        client: &AuthenticatedClient,
        request: &DeviceCodeRequest,
    ) -> Result<TokenResponse, RequestError> {
        let (snapshot, application) = (client.snapshot(), client.application());
        may_use(application, GrantType::DeviceCode)?;
        let key = HandleKind::DEVICE_CODE.key(request.device_code.expose());
        let key = key.ok_or_else(invalid)?;
        let found = self.find_kept::<DeviceRecord>(snapshot.key(), EntryKind::DeviceCode, &key);
        let found = found.await?.ok_or_else(invalid)?;
        // U8, REG-05: it is the client's own.
        let mut device = Some(found)
            .filter(|device| device.client == Some(application.id))
            .ok_or_else(invalid)?;
        let id = match &device.value.answer {
            DeviceAnswer::Granted(grant) => grant_id(grant)?,
            DeviceAnswer::Denied => return Err(denied().into()),
            DeviceAnswer::Used => return Err(invalid().into()),
            DeviceAnswer::None => return Err(self.not_yet(client, device).await?.into()),
        };
        let found = self.live_grant(snapshot, id).await?;
        let ReadGrant { record, body } = found.ok_or_else(invalid)?;
        let named: Vec<_> = device.value.resources.iter().collect();
        let resources = named
            .iter()
            .filter_map(|text| text.parse().ok())
            .collect::<Vec<_>>();
        device.value.answer = DeviceAnswer::Used;
        let issue = Issue {
            client,
            grant: &record,
            body: &body,
            scopes: &record.scope_set.scopes,
            resources: &wanted(&body, &resources)?,
            next: 1,
            id_token: true,
            changes: vec![device.put()?],
        };
        match self.issue_of_grant(issue).await {
            Ok(answer) => Ok(answer),
            Err(IssueFailure::Overtaken) => Err(invalid().into()),
            Err(IssueFailure::Failed(error)) => Err(error),
        }
    }

    /// Nobody has answered: how soon the device may ask again is written down (RFC 8628 §3.5:
    /// `slow_down` raises the interval by five seconds).
    async fn not_yet(
        &self,
        client: &AuthenticatedClient,
        mut device: Kept<DeviceRecord>,
    ) -> Result<OAuthError, RequestError> {
        let now = self.now();
        if device.value.ends <= now {
            return Ok(OAuthError::new(
                ErrorCode::ExpiredToken,
                "the device code has expired",
            ));
        }
        let interval = Duration::from_secs(device.value.interval);
        let early = device
            .value
            .asked
            .is_some_and(|asked| now < asked.plus(interval));
        if early {
            device.value.interval += INTERVAL;
        }
        device.value.asked = Some(now);
        match self.commit_kept(client.snapshot(), device.put()?).await {
            Ok(()) | Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
        Ok(match early {
            true => OAuthError::new(ErrorCode::SlowDown, "the device asks too often"),
            false => OAuthError::new(
                ErrorCode::AuthorizationPending,
                "the person has not answered yet",
            ),
        })
    }
}

fn denied() -> OAuthError {
    OAuthError::new(ErrorCode::AccessDenied, "the person refused")
}

fn invalid() -> OAuthError {
    OAuthError::new(
        ErrorCode::InvalidGrant,
        "the device code is invalid, expired, used, or another client's",
    )
}
