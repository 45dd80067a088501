-- What keys may do and when they end, tokens that make way for others, and whose history is asked for.

-- A list of permissions; NULL for all.
ALTER TABLE api_keys ADD COLUMN permissions TEXT;
ALTER TABLE api_keys ADD COLUMN created_by TEXT;
ALTER TABLE api_keys ADD COLUMN revoked_at BIGINT;

-- When a newer token took its place; it is good until `expires_at` still.
ALTER TABLE tokens ADD COLUMN rotated_at BIGINT;

-- The history of one user, and what one upload did, of millions of entries.
CREATE INDEX audit_by_user ON audit (workspace_id, user_id, id) WHERE user_id IS NOT NULL;
CREATE INDEX audit_by_upload ON audit (workspace_id, upload_id, id) WHERE upload_id IS NOT NULL;
