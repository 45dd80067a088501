-- What the last bodies said and still stands, so that a body that comes every night need not be held against everybody.
-- All of it may be forgotten at any time: it is a shortcut to what the directory says.

-- Counts whatever a verdict may depend on: every plan that is applied, every definition, every setting.
ALTER TABLE workspaces ADD COLUMN directory_version BIGINT NOT NULL DEFAULT 0;
-- The secret that prints are made with, in hexadecimal digits; NULL until there are some.
ALTER TABLE workspaces ADD COLUMN print_key TEXT;

-- The last body of each integration that would change nothing if it came again.
CREATE TABLE last_bodies (
    workspace_id TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    -- Digest of the bytes and of all that says how they are read.
    basis TEXT NOT NULL,
    -- It holds as long as the directory has this version.
    directory_version BIGINT NOT NULL,
    -- Whose report it is.
    upload_id TEXT NOT NULL,
    -- Records that change nothing.
    unchanged BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, integration_id)
);

-- What the records of an integration's body said, as prints of 16 bytes each.
CREATE TABLE standings (
    workspace_id TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    -- Digest of all that says how records are read.
    basis TEXT NOT NULL,
    -- Changes behind this version are in directory_changes.
    directory_version BIGINT NOT NULL,
    records BIGINT NOT NULL,
    prints BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, integration_id)
);

-- The addresses of users that a plan changed, as prints of 8 bytes each; as long as there are standings older than that.
CREATE TABLE directory_changes (
    workspace_id TEXT NOT NULL,
    directory_version BIGINT NOT NULL,
    prints BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, directory_version)
);
