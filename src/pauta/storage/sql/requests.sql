-- name: insert
-- A question to the outside.
INSERT INTO requests (id, execution_id, task_run_id, template, generation, kind) VALUES (?, ?, ?, ?, ?, ?)

-- name: delete
-- It was answered.
DELETE FROM requests WHERE id = ?

-- name: of_execution
-- The unanswered questions of an execution.
SELECT id, task_run_id, template, generation, kind FROM requests WHERE execution_id = ? ORDER BY id
