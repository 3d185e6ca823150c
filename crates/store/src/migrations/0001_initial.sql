-- Every key leads with tenant and realm (T1). Times are microseconds since the Unix epoch.

-- One row per place that was ever configured; everything in a realm hangs from it.
CREATE TABLE config_head (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    revision {int} NOT NULL,
    PRIMARY KEY (tenant, realm)
) {clustered};

CREATE TABLE config_object (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    kind {text} NOT NULL,
    id {text} NOT NULL,
    unique_key {text},
    body {text} NOT NULL,
    PRIMARY KEY (tenant, realm, kind, id),
    UNIQUE (tenant, realm, kind, unique_key),
    FOREIGN KEY (tenant, realm) REFERENCES config_head (tenant, realm)
) {heap};

-- A set of granted scopes of a client. Its foreign keys, and its members', are why no token can
-- appear for a client or a scope that is gone.
CREATE TABLE scope_set (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    id {bytes} NOT NULL,
    client_kind {text} NOT NULL DEFAULT 'application' CHECK (client_kind = 'application'),
    client {text} NOT NULL,
    PRIMARY KEY (tenant, realm, id),
    FOREIGN KEY (tenant, realm, client_kind, client) REFERENCES config_object (tenant, realm, kind, id)
) {clustered};

CREATE INDEX scope_set_client ON scope_set (tenant, realm, client);

CREATE TABLE scope_set_member (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    scope_set {bytes} NOT NULL,
    scope_kind {text} NOT NULL DEFAULT 'scope' CHECK (scope_kind = 'scope'),
    scope {text} NOT NULL,
    version {int} NOT NULL,
    PRIMARY KEY (tenant, realm, scope_set, scope),
    FOREIGN KEY (tenant, realm, scope_set) REFERENCES scope_set (tenant, realm, id) ON DELETE CASCADE,
    FOREIGN KEY (tenant, realm, scope_kind, scope) REFERENCES config_object (tenant, realm, kind, id)
) {clustered};

CREATE INDEX scope_set_member_scope ON scope_set_member (tenant, realm, scope);

CREATE TABLE token (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    token_key {bytes} NOT NULL,
    scope_set {bytes} NOT NULL,
    subject {text} NOT NULL,
    audience {text} NOT NULL,
    issued_at {int} NOT NULL,
    expires_at {int} NOT NULL,
    revoked_at {int},
    PRIMARY KEY (tenant, realm, token_key),
    FOREIGN KEY (tenant, realm, scope_set) REFERENCES scope_set (tenant, realm, id)
) {clustered};

CREATE INDEX token_scope_set ON token (tenant, realm, scope_set);
CREATE INDEX token_expiry ON token (expires_at);

-- A client assertion that was used (RFC 7523 section 3).
CREATE TABLE assertion (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    assertion_key {bytes} NOT NULL,
    expires_at {int} NOT NULL,
    PRIMARY KEY (tenant, realm, assertion_key)
) {clustered};

CREATE INDEX assertion_expiry ON assertion (expires_at);

-- A SCIM resource (RFC 7643 section 3).
CREATE TABLE resource (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    id {text} NOT NULL,
    type {text} NOT NULL,
    version {int} NOT NULL,
    created {int} NOT NULL,
    modified {int} NOT NULL,
    display {text},
    password_hash {text},
    document {text} NOT NULL,
    PRIMARY KEY (tenant, realm, id),
    FOREIGN KEY (tenant, realm) REFERENCES config_head (tenant, realm)
) {heap};

CREATE INDEX resource_type ON resource (tenant, realm, type, id);

-- The value of an attribute is head || tail; head is its first 128 characters, so that a key stays
-- small. `ordinal` tells the rows of one resource apart.
CREATE TABLE resource_index (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    type {text} NOT NULL,
    path {text} NOT NULL,
    head {text} NOT NULL,
    resource {text} NOT NULL,
    ordinal {int} NOT NULL,
    element {int} NOT NULL,
    is_primary {int} NOT NULL,
    tail {text} NOT NULL,
    PRIMARY KEY (tenant, realm, type, path, head, resource, ordinal)
) {clustered};

CREATE INDEX resource_index_resource ON resource_index (tenant, realm, type, resource, path);

-- Who refers to a resource, of whatever type.
CREATE INDEX resource_index_reference ON resource_index (tenant, realm, head)
    WHERE path IN ('members.value', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value');

-- Whose display name it is, of whatever type.
CREATE INDEX resource_index_display ON resource_index (tenant, realm, head) WHERE path = 'displayName';

-- Values that no two resources of a type may share (RFC 7643 section 7, `uniqueness`), by SHA-256.
CREATE TABLE resource_unique (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    type {text} NOT NULL,
    path {text} NOT NULL,
    value_hash {bytes} NOT NULL,
    resource {text} NOT NULL,
    PRIMARY KEY (tenant, realm, type, path, value_hash)
) {clustered};

CREATE INDEX resource_unique_resource ON resource_unique (tenant, realm, resource);

{statistics}
