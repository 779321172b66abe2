-- name: create
-- The table of what was migrated.
CREATE TABLE IF NOT EXISTS migrations (number INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)

-- name: newest
-- The number of the newest migration in this database.
SELECT max(number) FROM migrations

-- name: insert
-- A migration was applied.
INSERT INTO migrations (number, name, applied_at) VALUES (?, ?, ?)
