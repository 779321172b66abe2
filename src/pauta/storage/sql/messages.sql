-- name: post
-- An event for an execution.
INSERT INTO inbox (id, shard, execution_id, kind, payload) VALUES (?, ?, ?, ?, ?)

-- name: waiting
-- Events that wait in a shard, oldest first.
SELECT id, execution_id, kind, payload FROM inbox WHERE shard = ? ORDER BY id LIMIT ?

-- name: consume
-- An event was taken into account.
DELETE FROM inbox WHERE id = ?

-- name: send
-- A message of an execution to the outside of it.
INSERT INTO outbox (id, execution_id, generation, kind, payload) VALUES (?, ?, ?, ?, ?)

-- name: unsent
-- Messages that were not delivered yet, oldest first.
SELECT id, execution_id, generation, kind, payload FROM outbox ORDER BY id LIMIT ?

-- name: delivered
-- A message arrived.
DELETE FROM outbox WHERE id = ?
