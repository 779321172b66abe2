-- name: insert
-- A metric of a task run; the same one again changes nothing.
INSERT INTO metrics (execution_id, task_run_id, attempt, number, task_id, at, name, kind, value, tags)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (execution_id, task_run_id, attempt, number) DO NOTHING

-- name: of_execution
-- The metrics of an execution, in the order of time.
SELECT execution_id, task_run_id, attempt, number, task_id, at, name, kind, value, tags FROM metrics
WHERE execution_id = ? ORDER BY at, task_run_id, attempt, number
