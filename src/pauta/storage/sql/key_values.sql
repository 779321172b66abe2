-- name: insert
-- A version of a value.
INSERT INTO key_values (
    namespace, entry_key, version, kind, content, description, created_at, updated_at, expires_at, removed
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)

-- name: newest
-- The newest version of a value, whether it was removed or not.
SELECT namespace, entry_key, version, kind, content, description, created_at, updated_at, expires_at, removed
FROM key_values WHERE namespace = ? AND entry_key = ? ORDER BY version DESC LIMIT 1

-- name: remove
-- The key is removed; its versions stay until they are purged.
UPDATE key_values SET removed = 1, updated_at = ? WHERE namespace = ? AND entry_key = ? AND version = ?

-- name: list
-- The newest versions in a namespace that are there at an instant, by key.
SELECT namespace, entry_key, version, kind, content, description, created_at, updated_at, expires_at, removed
FROM key_values AS kv
WHERE namespace = ? AND removed = 0 AND (expires_at IS NULL OR expires_at > ?)
    AND version = (SELECT max(version) FROM key_values WHERE namespace = kv.namespace AND entry_key = kv.entry_key)
ORDER BY entry_key

-- name: versions
-- All versions in a namespace, the newest of a key first.
SELECT namespace, entry_key, version, kind, content, description, created_at, updated_at, expires_at, removed
FROM key_values WHERE namespace = ? ORDER BY entry_key, version DESC

-- name: purge
-- Forget a version for good.
DELETE FROM key_values WHERE namespace = ? AND entry_key = ? AND version = ?
