-- name: insert
-- Keep the source of a new revision.
INSERT INTO flows (namespace, id, revision, source, created_at) VALUES (?, ?, ?, ?, ?)

-- name: latest
-- The newest revision of a flow.
SELECT namespace, id, revision, source, created_at FROM flows WHERE namespace = ? AND id = ?
ORDER BY revision DESC LIMIT 1

-- name: revision
-- One revision of a flow.
SELECT namespace, id, revision, source, created_at FROM flows WHERE namespace = ? AND id = ? AND revision = ?

-- name: list
-- The newest revision of every flow.
SELECT namespace, id, revision, source, created_at FROM flows AS f
WHERE revision = (SELECT max(revision) FROM flows WHERE namespace = f.namespace AND id = f.id)
ORDER BY namespace, id

-- name: namespaces
-- The namespaces that have flows.
SELECT DISTINCT namespace FROM flows ORDER BY namespace
