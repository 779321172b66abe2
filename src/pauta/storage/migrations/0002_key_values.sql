-- Values by key, a row for each version of a value; the newest version counts. "kind" and the JSON in "content" give the
-- value, "expires_at" NULL means never, "removed" 1 that the key was removed when this version was the newest.
CREATE TABLE key_values (
    namespace TEXT NOT NULL,
    entry_key TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    content TEXT NOT NULL,
    description TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT,
    removed INTEGER NOT NULL,
    PRIMARY KEY (namespace, entry_key, version)
);
