-- What limits, undo, full snapshots, notices, permissions and the rotation of tokens need to know.
-- BYTEA holds bytes on both databases: SQLite stores any bytes in any column.

-- The user behind an entry: an address may change, an id doesn't.
ALTER TABLE audit ADD COLUMN user_id TEXT;
-- The record of the body that an entry comes from, from 1.
ALTER TABLE audit ADD COLUMN row_number BIGINT;

-- The upload through which an integration came to manage the user: it made them, or named them first.
ALTER TABLE users ADD COLUMN source_upload_id TEXT;

ALTER TABLE integrations ADD COLUMN sandbox BIGINT NOT NULL DEFAULT 0;
-- `changes` or `snapshot`.
ALTER TABLE integrations ADD COLUMN upload_mode TEXT NOT NULL DEFAULT 'changes';
-- A document of limits; NULL for those that an integration begins with.
ALTER TABLE integrations ADD COLUMN limits TEXT;
-- When its admin was last written to.
ALTER TABLE integrations ADD COLUMN notified_at BIGINT;

ALTER TABLE tokens ADD COLUMN expires_at BIGINT;
ALTER TABLE tokens ADD COLUMN revoked_at BIGINT;
ALTER TABLE tokens ADD COLUMN created_by TEXT;
ALTER TABLE api_keys ADD COLUMN last_used_at BIGINT;

ALTER TABLE uploads ADD COLUMN sandbox BIGINT NOT NULL DEFAULT 0;
ALTER TABLE uploads ADD COLUMN upload_mode TEXT NOT NULL DEFAULT 'changes';
-- The mapping that came with the body; NULL where `mapping_version` says which.
ALTER TABLE uploads ADD COLUMN mapping TEXT;
-- What was chosen for reading it: an encoding's label, a sheet's name.
ALTER TABLE uploads ADD COLUMN encoding TEXT;
ALTER TABLE uploads ADD COLUMN sheet TEXT;
-- Columns, records and end of the body, to hold the next one against.
ALTER TABLE uploads ADD COLUMN shape TEXT;
-- The limits that it crossed.
ALTER TABLE uploads ADD COLUMN crossed TEXT;
-- Who allowed, rejected or undid it, and when.
ALTER TABLE uploads ADD COLUMN decided_at BIGINT;
ALTER TABLE uploads ADD COLUMN decided_by TEXT;
ALTER TABLE uploads ADD COLUMN undone_at BIGINT;
ALTER TABLE uploads ADD COLUMN undone_by TEXT;
-- Its audit entries lie between these two ids, both included.
ALTER TABLE uploads ADD COLUMN audit_first TEXT;
ALTER TABLE uploads ADD COLUMN audit_last TEXT;

-- Bodies as received, compressed, as long as they are kept; one row for all uploads of the same bytes.
CREATE TABLE bodies (
    workspace_id TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    -- The last time.
    received_at BIGINT NOT NULL,
    lz4 BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, sha256)
);
CREATE INDEX bodies_by_age ON bodies (workspace_id, received_at);
CREATE INDEX uploads_held ON uploads (workspace_id, body_sha256) WHERE outcome = 'held';

-- Every mapping that an integration ever had.
CREATE TABLE mapping_versions (
    workspace_id TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    version BIGINT NOT NULL,
    mapping TEXT NOT NULL,
    saved_at BIGINT NOT NULL,
    saved_by TEXT NOT NULL,
    PRIMARY KEY (workspace_id, integration_id, version)
);
INSERT INTO mapping_versions (workspace_id, integration_id, version, mapping, saved_at, saved_by)
    SELECT workspace_id, id, mapping_version, mapping, created_at, '' FROM integrations;

-- What the admin of an integration is to be told, written with what happened; a digest takes them all.
CREATE TABLE notices (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    about TEXT NOT NULL,
    text TEXT NOT NULL,
    at BIGINT NOT NULL,
    sent_at BIGINT,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notices_waiting ON notices (workspace_id, integration_id, id) WHERE sent_at IS NULL;
