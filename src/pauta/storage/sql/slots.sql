-- name: admit
-- The execution takes a place.
INSERT INTO slots (execution_id, generation, namespace, flow_id, admitted_at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (execution_id, generation) DO NOTHING

-- name: release
-- The execution gives its place back.
DELETE FROM slots WHERE execution_id = ?

-- name: taken
-- How many places of a flow are taken.
SELECT count(*) FROM slots WHERE namespace = ? AND flow_id = ?

-- name: holds
-- Whether an execution has a place.
SELECT execution_id FROM slots WHERE execution_id = ? AND generation = ?
