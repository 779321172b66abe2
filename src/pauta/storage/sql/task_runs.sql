-- name: save
-- A new task run, or its present form.
INSERT INTO task_runs (
    execution_id, number, id, task_id, state, parent_id, value, iteration, fence, generation, dynamic, forced, history,
    attempts, outputs, outputs_uri, memory
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (execution_id, number) DO UPDATE SET
    state = excluded.state, fence = excluded.fence, generation = excluded.generation, history = excluded.history,
    attempts = excluded.attempts, outputs = excluded.outputs, outputs_uri = excluded.outputs_uri, value = excluded.value,
    iteration = excluded.iteration, memory = excluded.memory

-- name: of_execution
-- The task runs of an execution, in the order of their creation.
SELECT execution_id, number, id, task_id, parent_id, value, iteration, fence, generation, dynamic, forced, history,
    attempts, outputs, outputs_uri, memory
FROM task_runs WHERE execution_id = ? ORDER BY number

-- name: page
-- Task runs of an execution behind a number, in the order of their creation.
SELECT execution_id, number, id, task_id, parent_id, value, iteration, fence, generation, dynamic, forced, history,
    attempts, outputs, outputs_uri, memory
FROM task_runs WHERE execution_id = ? AND number > ? ORDER BY number LIMIT ?

-- name: delete
-- A task run that was taken away.
DELETE FROM task_runs WHERE execution_id = ? AND number = ?
