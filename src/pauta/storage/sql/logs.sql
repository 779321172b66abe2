-- name: insert
-- A log line; the same line again changes nothing.
INSERT INTO logs (execution_id, at, task_run_id, attempt, line, task_id, severity, message)
VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (execution_id, at, task_run_id, attempt, line) DO NOTHING

-- name: page
-- Log lines of an execution behind a place, in their order; the least severity and the task can be limited.
SELECT execution_id, at, task_run_id, attempt, line, task_id, severity, message FROM logs
WHERE execution_id = ? AND (at, task_run_id, attempt, line) > (?, ?, ?, ?) AND severity >= ?
    AND (CAST(? AS TEXT) IS NULL OR task_id = ?)
ORDER BY at, task_run_id, attempt, line LIMIT ?
