-- name: insert
-- A new execution.
INSERT INTO executions (
    id, namespace, flow_id, flow_revision, state, shard, generation, created_at, closed_at, settled_at, history, inputs,
    variables, outputs, trigger_by, parent_id, original_id, kind, attempt_number, schedule_at, numbered,
    caller_execution_id, caller_task_run_id
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)

-- name: update
-- What a decision can change in an execution's own row.
UPDATE executions SET state = ?, generation = ?, history = ?, variables = ?, outputs = ?, attempt_number = ?,
    numbered = ?
WHERE id = ?

-- name: close
-- The generation reached its final state.
UPDATE executions SET closed_at = ? WHERE id = ?

-- name: reopen
-- It had ended, and goes on in another generation.
UPDATE executions SET closed_at = NULL, settled_at = NULL WHERE id = ?

-- name: settle
-- Nothing follows any more in this generation.
UPDATE executions SET settled_at = ? WHERE id = ? AND settled_at IS NULL

-- name: get
-- One execution.
SELECT id, namespace, flow_id, flow_revision, history, inputs, variables, outputs, trigger_by, parent_id, original_id,
    kind, shard, generation, attempt_number, schedule_at, numbered, caller_execution_id, caller_task_run_id
FROM executions WHERE id = ?

-- name: shard
-- The shard of an execution.
SELECT shard FROM executions WHERE id = ?

-- name: settled
-- An execution, when it is over.
SELECT id FROM executions WHERE id = ? AND settled_at IS NOT NULL

-- name: unsettled
-- Executions of a shard that are not over, oldest first: what its new owner goes on with.
SELECT id FROM executions WHERE shard = ? AND settled_at IS NULL ORDER BY id

-- name: queued
-- Executions of a flow that wait for a place and have none, oldest first.
SELECT e.id, e.shard, e.generation FROM executions AS e
WHERE e.namespace = ? AND e.flow_id = ? AND e.state = 'QUEUED'
    AND NOT EXISTS (SELECT 1 FROM slots AS s WHERE s.execution_id = e.id AND s.generation = e.generation)
ORDER BY e.id LIMIT ?

-- name: list
-- Executions, newest first; conditions on columns of executions follow.
SELECT e.id, e.namespace, e.flow_id, e.flow_revision, e.state, e.history FROM executions AS e

-- name: insert_label
-- A label of an execution.
INSERT INTO execution_labels (execution_id, label_key, label_value) VALUES (?, ?, ?)
ON CONFLICT (execution_id, label_key) DO UPDATE SET label_value = excluded.label_value

-- name: labels
-- The labels of an execution.
SELECT label_key, label_value FROM execution_labels WHERE execution_id = ? ORDER BY label_key

-- name: delete_labels
-- Forget the labels of an execution, before they are written anew.
DELETE FROM execution_labels WHERE execution_id = ?
