-- What people authorize, and what is kept of them besides their resource.

-- A grant: what a person allowed a client, from which codes and tokens hang (RFC 6749 section 1.3).
-- `generation` counts its refresh tokens; `session` is the sign-in that it ends with, if it does.
CREATE TABLE access_grant (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    id {bytes} NOT NULL,
    scope_set {bytes} NOT NULL,
    person {text} NOT NULL,
    session {bytes},
    generation {int} NOT NULL,
    renewed_at {int} NOT NULL,
    created_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    revoked_at {int},
    body {text} NOT NULL,
    PRIMARY KEY (tenant, realm, id),
    FOREIGN KEY (tenant, realm, scope_set) REFERENCES scope_set (tenant, realm, id)
) {clustered};

CREATE INDEX access_grant_scope_set ON access_grant (tenant, realm, scope_set);
CREATE INDEX access_grant_person ON access_grant (tenant, realm, person);
CREATE INDEX access_grant_session ON access_grant (tenant, realm, session)
    WHERE session IS NOT NULL;
CREATE INDEX access_grant_expiry ON access_grant (expires_at);

ALTER TABLE token ADD COLUMN grant_id {bytes};

CREATE INDEX token_grant ON token (tenant, realm, grant_id) WHERE grant_id IS NOT NULL;

-- Anything small that has a key, and may have a person, a client and an end: codes, sessions, accounts,
-- consents. The key of a secret is its hash. A row of a client goes with it.
CREATE TABLE entry (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    kind {text} NOT NULL,
    entry_key {bytes} NOT NULL,
    person {text},
    client_kind {text} NOT NULL DEFAULT 'application' CHECK (client_kind = 'application'),
    client {text},
    version {int} NOT NULL,
    expires_at {int},
    body {text} NOT NULL,
    PRIMARY KEY (tenant, realm, kind, entry_key),
    FOREIGN KEY (tenant, realm) REFERENCES config_head (tenant, realm),
    FOREIGN KEY (tenant, realm, client_kind, client) REFERENCES config_object (tenant, realm, kind, id)
) {heap};

CREATE INDEX entry_person ON entry (tenant, realm, person, kind, entry_key) WHERE person IS NOT NULL;
CREATE INDEX entry_client ON entry (tenant, realm, client) WHERE client IS NOT NULL;
CREATE INDEX entry_expiry ON entry (expires_at) WHERE expires_at IS NOT NULL;

{statistics}
