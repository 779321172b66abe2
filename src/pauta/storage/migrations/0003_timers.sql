-- Timers, calls between executions, and what flow control remembers.

-- Something that happens to an execution, or one of its task runs, at an instant unless it is dropped before.
CREATE TABLE timers (
    id TEXT NOT NULL PRIMARY KEY,
    execution_id TEXT NOT NULL,
    task_run_id TEXT,
    kind TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    generation INTEGER NOT NULL
);
CREATE INDEX timers_by_execution ON timers (execution_id);

-- How many task runs were ever created; the task run of another execution that waits for the end.
ALTER TABLE executions ADD COLUMN numbered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE executions ADD COLUMN caller_execution_id TEXT;
ALTER TABLE executions ADD COLUMN caller_task_run_id TEXT;

-- What flow control needs to know again after a crash; what kind of answer a question wants.
ALTER TABLE task_runs ADD COLUMN memory TEXT;
ALTER TABLE requests ADD COLUMN kind TEXT NOT NULL DEFAULT 'render';
