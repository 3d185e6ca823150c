-- SQLite plans by these figures, which are those of a directory of 10,000 people: rows of an index,
-- then how many of them share its first column, its first two, and so on. They never change, so
-- neither do plans; without them, a value is looked for among all values of an attribute.
ANALYZE config_head;
DELETE FROM sqlite_stat1;
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('attribute', 'sqlite_autoindex_attribute_1', '200 200 200 2 1'),
    ('resource', 'sqlite_autoindex_resource_1', '10000 10000 10000 5000 1'),
    ('resource_index', 'resource_index', '400000 10000 20 1 1'),
    ('resource_index', 'resource_index_resource', '400000 40 2'),
    ('token', 'token', '100000 100000 100000 1'),
    ('token', 'token_scope_set', '100000 100000 100000 1000'),
    ('token', 'token_expiry', '100000 2');
ANALYZE sqlite_schema;
