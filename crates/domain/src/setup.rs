//! The first start: a system realm, and an administrator's client to begin with (product §1, T10).

use crate::{
    Core, EditError, RealmKey, Secrets, Slug, Timestamp, claims,
    config::{
        AccessTokenFormat, Application, ApplicationKind, Assignment, COMMAND_LINE, ConfigObject,
        OpenIdSettings, Realm, RealmSettings, ResourceTypeRecord, SchemaRecord, ScopeRecord,
        Tenant, UnassignedScopes,
    },
    core::Above,
    id::new_id,
    keys::NewPair,
    roles,
    store::StoreError,
    tokens::NewSecret,
};
use jose::JoseError;
use oauth::{GrantType, Secret, TokenEndpointAuthMethod};
use scope::{ClientId, ScopeId, ScopeKind};
use std::{convert::Infallible, sync::Arc};

/// How long a session of the command line lasts without use, in seconds.
const COMMAND_LINE_SESSION: u32 = 12 * 60 * 60;

/// The credentials of a realm's first administrator, shown once and kept nowhere.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// The realm.
    pub realm: RealmKey,
    /// `client_id` of the administrator's client.
    pub client_id: String,
    /// Its secret.
    pub client_secret: Secret,
    /// The address at which the first person becomes an administrator, once.
    pub set_up: Secret,
}

/// Why the first start failed. Nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum SetUpError {
    /// The realm could not be made.
    #[error("the system realm can't be made: {0}")]
    Edit(#[from] EditError<Infallible>),
    /// The crypto library refused.
    #[error(transparent)]
    Crypto(#[from] JoseError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Core {
    /// Makes tenant `default` with realm `default`, the system realm, in an empty store, and
    /// answers the credentials of its administrator. Does nothing where there is a tenant already.
    ///
    /// # Errors
    /// If the store or the crypto library fails.
    pub async fn set_up(&self) -> Result<Option<Bootstrap>, SetUpError> {
        if self.directory().tenants().next().is_some() {
            return Ok(None);
        }
        let now = self.now();
        let name = Slug::system();
        let tenant = Tenant {
            name: name.clone(),
            display_name: None,
            active: true,
            created: now,
            updated: now,
        };
        let realm = Realm {
            tenant: name.clone(),
            name,
            display_name: None,
            active: true,
            settings: RealmSettings::default(),
            created: now,
            updated: now,
        };
        let keys = NewPair::generate(realm.settings.signing_algorithm)?;
        let (fresh, bootstrap) = self.fresh_realm(Arc::new(realm), &keys, now)?;
        let mut edits = vec![Above::PutTenant(Arc::new(tenant))];
        edits.extend(fresh);
        let made = self.edit_above(RealmKey::above_tenants(), move |directory, _| {
            match directory.tenants().next() {
                // Another call came first.
                Some(_) => Ok::<_, Infallible>((Vec::new(), None)),
                None => Ok((edits, Some(bootstrap))),
            }
        });
        Ok(made.await?)
    }

    /// The changes that make a realm, with a link to its first administrator's account.
    pub(crate) fn fresh_realm(
        &self,
        realm: Arc<Realm>,
        keys: &NewPair,
        now: Timestamp,
    ) -> Result<(Vec<Above>, Bootstrap), StoreError> {
        let (objects, (client_id, client_secret)) =
            realm_with(&realm, keys, self.secrets(), now)
                .map_err(|error| StoreError::Engine(error.to_string()))?;
        let key = RealmKey::new(&realm.tenant, &realm.name);
        let (set_up, link) = self.new_set_up_link(&key)?;
        let edits = vec![
            Above::CreateRealm(realm, objects),
            Above::PutEntry(key.clone(), link),
        ];
        let bootstrap = Bootstrap {
            realm: key,
            client_id,
            client_secret,
            set_up,
        };
        Ok((edits, bootstrap))
    }
}

/// What is in a realm from the first moment: SCIM schemas and types, the built-in scopes, claims and
/// roles, signing keys, and a client that may do everything that can be done with a scope; and the credentials
/// of that client.
pub(crate) fn realm_with(
    realm: &Realm,
    keys: &NewPair,
    secrets: &Secrets,
    now: Timestamp,
) -> Result<(Vec<ConfigObject>, (String, Secret)), JoseError> {
    let key = RealmKey::new(&realm.tenant, &realm.name);
    let scopes: Vec<ScopeRecord> = scope::built_in_scopes()
        .into_iter()
        .map(|definition| ScopeRecord {
            id: ScopeId(new_id(now)),
            version: 1,
            definition,
            created: now,
            updated: now,
        })
        .collect();
    let (administrator, client_secret) = administrator(realm, &scopes, secrets, now)?;
    let client_id = administrator.client_id();
    let command_line = command_line(realm, &scopes, now);
    let mut objects: Vec<ConfigObject> = schemas(now).chain(resource_types(now)).collect();
    objects.extend(
        scopes
            .into_iter()
            .map(|scope| ConfigObject::Scope(Arc::new(scope))),
    );
    objects.extend(claims::built_in(now));
    objects.extend(roles::built_in(now));
    objects.extend(keys.records(&key, secrets, now)?);
    objects.push(ConfigObject::Application(Arc::new(administrator)));
    objects.push(ConfigObject::Application(Arc::new(command_line)));
    Ok((objects, (client_id, client_secret)))
}

fn schemas(now: Timestamp) -> impl Iterator<Item = ConfigObject> {
    scim::core::schemas().into_iter().map(move |schema| {
        let id = new_id(now);
        let record = SchemaRecord {
            id,
            built_in: true,
            schema,
            created: now,
            updated: now,
        };
        ConfigObject::Schema(Arc::new(record))
    })
}

fn resource_types(now: Timestamp) -> impl Iterator<Item = ConfigObject> {
    scim::core::resource_types()
        .into_iter()
        .map(move |resource_type| {
            let id = new_id(now);
            ConfigObject::ResourceType(Arc::new(ResourceTypeRecord {
                id,
                built_in: true,
                resource_type,
                created: now,
                updated: now,
            }))
        })
}

/// A service account with every scope that a client may have without a person.
fn administrator(
    realm: &Realm,
    scopes: &[ScopeRecord],
    secrets: &Secrets,
    now: Timestamp,
) -> Result<(Application, Secret), JoseError> {
    let credentials = NewSecret::generate(secrets.client_secrets(), now, None)?;
    let without_person = |scope: &&ScopeRecord| {
        !matches!(scope.definition.kind, ScopeKind::AuthenticatedIdentity(_))
    };
    let assigned = scopes
        .iter()
        .filter(without_person)
        .map(|scope| Assignment {
            default: true,
            ..Assignment::new(scope.id)
        });
    let application = Application {
        description: Some("Made with the realm; may do everything in it.".to_owned()),
        assigned: assigned.collect(),
        secrets: vec![credentials.record],
        ..plain(ClientId(new_id(now)), "Administrator", realm, now)
    };
    Ok((application, credentials.secret))
}

/// The command line, with which people manage the realm as far as their roles go: it asks for all that it
/// can, and is granted what they may delegate. A device shows its code to whoever signs in (RFC 8628).
fn command_line(realm: &Realm, scopes: &[ScopeRecord], now: Timestamp) -> Application {
    let managing = |scope: &&ScopeRecord| match scope.definition.kind {
        ScopeKind::Management(_) | ScopeKind::Resource(_) => true,
        ScopeKind::AuthenticatedIdentity(_) | ScopeKind::Service(_) | ScopeKind::Generic(_) => {
            false
        }
    };
    let assigned = scopes.iter().filter(managing).map(|scope| Assignment {
        default: true,
        consent_required: false,
        ..Assignment::new(scope.id)
    });
    Application {
        description: Some(
            "`ambit login`: people manage the realm as their roles allow.".to_owned(),
        ),
        kind: ApplicationKind::Public,
        grant_types: vec![GrantType::DeviceCode, GrantType::RefreshToken],
        auth_method: TokenEndpointAuthMethod::None,
        service_account: false,
        unassigned_scopes: UnassignedScopes::Intersect,
        assigned: assigned.collect(),
        openid: OpenIdSettings {
            refresh_token_lifetime: COMMAND_LINE_SESSION,
            ..OpenIdSettings::default()
        },
        ..plain(COMMAND_LINE, "Ambit command line", realm, now)
    }
}

/// A confidential service account without scopes.
fn plain(id: ClientId, name: &str, realm: &Realm, now: Timestamp) -> Application {
    Application {
        id,
        name: name.to_owned(),
        version: None,
        description: None,
        kind: ApplicationKind::Confidential,
        redirect_uris: Vec::new(),
        grant_types: vec![GrantType::ClientCredentials],
        auth_method: TokenEndpointAuthMethod::ClientSecretBasic,
        access_token_format: AccessTokenFormat::Jwt,
        access_token_lifetime: realm.settings.access_token_lifetime,
        refresh_limit: None,
        tags: Vec::new(),
        active: true,
        service_account: true,
        unassigned_scopes: UnassignedScopes::Reject,
        assigned: Vec::new(),
        secrets: Vec::new(),
        jwks: None,
        resource_server: None,
        openid: OpenIdSettings::default(),
        created: now,
        updated: now,
    }
}
