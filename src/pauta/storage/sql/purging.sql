-- name: lines
-- Remove log lines of an execution between two instants.
DELETE FROM logs WHERE execution_id = ? AND at >= ? AND at < ?

-- name: lines_of_level
-- The same for one level.
DELETE FROM logs WHERE execution_id = ? AND at >= ? AND at < ? AND severity = ?

-- name: metrics
-- Remove the metrics of an execution.
DELETE FROM metrics WHERE execution_id = ?

-- name: task_runs
-- Remove the task runs of an execution.
DELETE FROM task_runs WHERE execution_id = ?

-- name: labels
-- Remove the labels of an execution.
DELETE FROM execution_labels WHERE execution_id = ?

-- name: execution
-- Remove an execution's own row, when nothing follows in it any more.
DELETE FROM executions WHERE id = ? AND settled_at IS NOT NULL
