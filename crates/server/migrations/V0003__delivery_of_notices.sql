-- How notices reach the admins of integrations, when mail servers are away and several servers share the database.

-- The mail that took the notice up; NULL until one does.
ALTER TABLE notices ADD COLUMN batch TEXT;

-- One row for each integration whose admin was to be written to.
CREATE TABLE deliveries (
    workspace_id TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    -- A server is writing the mail; until then no other one does.
    claimed_until BIGINT NOT NULL,
    -- Failures since the last mail that was taken, and when the next try is due.
    tries BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    -- An address that the mail server refuses for good, with its words: not tried again until it is edited.
    refused_address TEXT,
    refused_text TEXT,
    PRIMARY KEY (workspace_id, integration_id)
);
