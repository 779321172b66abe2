-- The first tables. Instants are microseconds since the epoch; JSON is kept as text.

-- Flows, one row per revision; the source is kept byte for byte.
CREATE TABLE flows (
    namespace TEXT NOT NULL,
    id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    source TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (namespace, id, revision)
);

-- Executions. "settled_at" is set when nothing will follow in this generation, afterExecution included.
CREATE TABLE executions (
    id TEXT NOT NULL PRIMARY KEY,
    namespace TEXT NOT NULL,
    flow_id TEXT NOT NULL,
    flow_revision INTEGER NOT NULL,
    state TEXT NOT NULL,
    shard INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    settled_at BIGINT,
    history TEXT NOT NULL,
    inputs TEXT NOT NULL,
    variables TEXT NOT NULL,
    outputs TEXT,
    trigger_by TEXT,
    parent_id TEXT,
    original_id TEXT,
    kind TEXT,
    attempt_number INTEGER NOT NULL,
    schedule_at BIGINT
);
CREATE INDEX executions_by_flow ON executions (namespace, flow_id, id);
CREATE INDEX executions_by_state ON executions (state, id);
CREATE INDEX executions_unsettled ON executions (shard, id) WHERE settled_at IS NULL;

CREATE TABLE execution_labels (
    execution_id TEXT NOT NULL,
    label_key TEXT NOT NULL,
    label_value TEXT NOT NULL,
    PRIMARY KEY (execution_id, label_key)
);
CREATE INDEX execution_labels_by_value ON execution_labels (label_key, label_value, execution_id);

-- Task runs. Outputs stand in "outputs", or, when they are large, in the file of the internal storage "outputs_uri".
CREATE TABLE task_runs (
    execution_id TEXT NOT NULL,
    number INTEGER NOT NULL,
    id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    state TEXT NOT NULL,
    parent_id TEXT,
    value TEXT,
    iteration INTEGER,
    fence INTEGER NOT NULL,
    generation INTEGER NOT NULL,
    dynamic INTEGER NOT NULL,
    forced INTEGER NOT NULL,
    history TEXT NOT NULL,
    attempts TEXT NOT NULL,
    outputs TEXT,
    outputs_uri TEXT,
    PRIMARY KEY (execution_id, number)
);

-- Questions to the outside that are not answered yet.
CREATE TABLE requests (
    id TEXT NOT NULL PRIMARY KEY,
    execution_id TEXT NOT NULL,
    task_run_id TEXT,
    template TEXT NOT NULL,
    generation INTEGER NOT NULL
);
CREATE INDEX requests_by_execution ON requests (execution_id);

-- Log lines. Lines of the execution itself have the task run ''. Within a task run "at" never falls, so that the
-- key's order is also the order of (attempt, line).
CREATE TABLE logs (
    execution_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    task_run_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    line INTEGER NOT NULL,
    task_id TEXT,
    severity INTEGER NOT NULL,
    message TEXT NOT NULL,
    PRIMARY KEY (execution_id, at, task_run_id, attempt, line)
);

-- Numbers that task runs reported; a timer's value is in seconds.
CREATE TABLE metrics (
    execution_id TEXT NOT NULL,
    task_run_id TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    number INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    tags TEXT NOT NULL,
    PRIMARY KEY (execution_id, task_run_id, attempt, number)
);

-- Events that wait for the executor of their shard.
CREATE TABLE inbox (
    id TEXT NOT NULL PRIMARY KEY,
    shard INTEGER NOT NULL,
    execution_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL
);
CREATE INDEX inbox_by_shard ON inbox (shard, id);

-- Messages of an execution to others, written in the commit that caused them.
CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    execution_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL
);

-- Who owns a shard. The epoch grows whenever a shard is taken; "lease_until" is NULL where a lock of the operating
-- system says who is alive.
CREATE TABLE shards (
    shard INTEGER NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    lease_until BIGINT
);

-- Executions that hold a place of their flow's concurrency limit.
CREATE TABLE slots (
    execution_id TEXT NOT NULL,
    generation INTEGER NOT NULL,
    namespace TEXT NOT NULL,
    flow_id TEXT NOT NULL,
    admitted_at BIGINT NOT NULL,
    PRIMARY KEY (execution_id, generation)
);
CREATE INDEX slots_by_flow ON slots (namespace, flow_id);
