-- Numbers stand for what long keys repeated: one for each attribute of a type in a realm, one for
-- each resource. Both are given out by the application, in ascending order.

-- A row with an empty path stands for the type itself. Every type with resources has one.
CREATE TABLE attribute (
    number {int} PRIMARY KEY,
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    path {text} NOT NULL,
    type {text} NOT NULL,
    UNIQUE (tenant, realm, path, type),
    FOREIGN KEY (tenant, realm) REFERENCES config_head (tenant, realm)
) {heap};

INSERT INTO attribute (number, tenant, realm, path, type)
    SELECT ROW_NUMBER() OVER (ORDER BY tenant, realm, type, path), tenant, realm, path, type FROM (
        SELECT tenant, realm, '' AS path, type FROM resource
        UNION
        SELECT tenant, realm, path, type FROM resource_index
    ) known;

-- A SCIM resource (RFC 7643 section 3). An id is one resource's, of whatever type (section 3.1).
ALTER TABLE resource RENAME TO former_resource;

CREATE TABLE resource (
    number {int} PRIMARY KEY,
    tenant {text} NOT NULL,
    realm {text} NOT NULL,
    type {text} NOT NULL,
    id {text} NOT NULL,
    version {int} NOT NULL,
    created {int} NOT NULL,
    modified {int} NOT NULL,
    display {text},
    password_hash {text},
    document {text} NOT NULL,
    UNIQUE (tenant, realm, type, id),
    FOREIGN KEY (tenant, realm) REFERENCES config_head (tenant, realm)
) {heap};

INSERT INTO resource (number, tenant, realm, type, id, version, created, modified, display,
                      password_hash, document)
    SELECT ROW_NUMBER() OVER (ORDER BY created, tenant, realm, id), tenant, realm, type, id,
           version, created, modified, display, password_hash, document
    FROM former_resource;

-- The value of an attribute is head || tail; head is its first 128 characters, so that a key stays
-- small. `owner` is the resource, or 0 where no other resource of the type may have the value
-- (RFC 7643 section 7, `uniqueness`): the key is then taken. `duplicate` tells rows of a
-- resource with the same head apart; `ordinal` counts its values of the attribute.
ALTER TABLE resource_index RENAME TO former_index;

CREATE TABLE resource_index (
    attribute {int} NOT NULL,
    head {text} NOT NULL,
    owner {int} NOT NULL,
    duplicate {int} NOT NULL,
    resource {int} NOT NULL,
    ordinal {int} NOT NULL,
    element {int} NOT NULL,
    is_primary {int} NOT NULL,
    tail {text} NOT NULL,
    PRIMARY KEY (attribute, head, owner, duplicate)
) {clustered};

INSERT INTO resource_index (attribute, head, owner, duplicate, resource, ordinal, element,
                            is_primary, tail)
    SELECT a.number, i.head,
           CASE WHEN i.is_short = 1 AND i.equal = 1 AND EXISTS (
               SELECT 1 FROM resource_unique u
               WHERE u.tenant = i.tenant AND u.realm = i.realm AND u.type = i.type
                 AND u.path = i.path AND u.resource = i.resource
           ) THEN 0 ELSE r.number END,
           CASE WHEN i.is_short = 1 AND i.equal = 1 THEN 0 ELSE i.place END,
           r.number, i.ordinal_of_path, i.element, i.is_primary, i.tail
    FROM (
        SELECT f.*,
               CASE WHEN f.tail = '' THEN 1 ELSE 0 END AS is_short,
               ROW_NUMBER() OVER (
                   PARTITION BY f.tenant, f.realm, f.type, f.resource, f.path ORDER BY f.ordinal
               ) AS ordinal_of_path,
               ROW_NUMBER() OVER (
                   PARTITION BY f.tenant, f.realm, f.type, f.resource, f.path, f.head
                   ORDER BY f.ordinal
               ) AS place,
               ROW_NUMBER() OVER (
                   PARTITION BY f.tenant, f.realm, f.type, f.resource, f.path, f.head, f.tail
                   ORDER BY f.ordinal
               ) AS equal
        FROM former_index f
    ) i
    JOIN attribute a ON a.tenant = i.tenant AND a.realm = i.realm AND a.path = i.path
                    AND a.type = i.type
    JOIN resource r ON r.tenant = i.tenant AND r.realm = i.realm AND r.type = i.type
                   AND r.id = i.resource;

-- What is left to the table of unique values is those that are longer than a head.
DELETE FROM resource_unique WHERE NOT EXISTS (
    SELECT 1 FROM former_index i
    WHERE i.tenant = resource_unique.tenant AND i.realm = resource_unique.realm
      AND i.type = resource_unique.type AND i.path = resource_unique.path
      AND i.resource = resource_unique.resource AND i.tail <> '');

DROP TABLE former_index;
DROP TABLE former_resource;

CREATE INDEX resource_index_resource ON resource_index (resource, attribute);

{statistics}
