-- What changed, and who changed it. The events of a place (a realm, or what lies above realms) form a
-- chain; they stay when the realm goes, and refer to nothing.

CREATE TABLE audit_event (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    sequence {int} NOT NULL,
    noted_at {int} NOT NULL,
    client {text},
    person {text},
    action {text} NOT NULL,
    resource {text} NOT NULL,
    id {text} NOT NULL,
    body {text} NOT NULL,
    hash {bytes} NOT NULL,
    seal {bytes} NOT NULL,
    PRIMARY KEY (tenant, realm, sequence)
) {heap};

CREATE INDEX audit_event_time ON audit_event (tenant, realm, noted_at);
CREATE INDEX audit_event_thing ON audit_event (tenant, realm, resource, id, sequence);
CREATE INDEX audit_event_client ON audit_event (tenant, realm, client, sequence);
CREATE INDEX audit_event_person ON audit_event (tenant, realm, person, sequence) WHERE person IS NOT NULL;

-- Where each chain ends.
CREATE TABLE audit_head (
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    sequence {int} NOT NULL,
    hash {bytes} NOT NULL,
    seal {bytes} NOT NULL,
    PRIMARY KEY (tenant, realm)
) {clustered};

{statistics}
