-- name: take
-- A new owner; the epoch grows, so that nothing of the former owner is accepted any more.
INSERT INTO shards (shard, owner, epoch, lease_until) VALUES (?, ?, 1, ?)
ON CONFLICT (shard) DO UPDATE SET owner = excluded.owner, epoch = shards.epoch + 1, lease_until = excluded.lease_until

-- name: get
-- Owner and epoch of a shard.
SELECT owner, epoch FROM shards WHERE shard = ?
