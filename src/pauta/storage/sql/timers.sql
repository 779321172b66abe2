-- name: insert
-- A timer; setting it twice is setting it once.
INSERT INTO timers (id, execution_id, task_run_id, kind, due_at, generation) VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT (id) DO NOTHING

-- name: delete
-- It came, or is not wanted any more.
DELETE FROM timers WHERE id = ?

-- name: of_execution
-- The timers of an execution.
SELECT id, task_run_id, kind, due_at, generation FROM timers WHERE execution_id = ? ORDER BY due_at, id
