-- SQLite plans by these figures, which are those of a directory of 10,000 people: rows of an index,
-- then how many of them share its first column, its first two, and so on. They never change, so
-- neither do plans; without them, a value is looked for among all values of an attribute.
ANALYZE;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('resource', 'sqlite_autoindex_resource_1', '10000 10000 10000 1'),
    ('resource', 'resource_type', '10000 10000 10000 5000 1'),
    ('resource_index', 'resource_index', '400000 400000 400000 200000 10000 20 1 1'),
    ('resource_index', 'resource_index_resource', '400000 400000 400000 200000 40 2'),
    ('resource_index', 'resource_index_reference', '20000 20000 20000 5'),
    ('resource_index', 'resource_index_display', '10000 10000 10000 2'),
    ('token', 'token', '100000 100000 100000 1'),
    ('token', 'token_scope_set', '100000 100000 100000 1000'),
    ('token', 'token_expiry', '100000 2');
ANALYZE sqlite_schema;
