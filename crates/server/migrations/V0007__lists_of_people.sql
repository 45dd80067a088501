-- What the lists of people and the audit need to be quick over a million users; nothing that an upload has to write.

-- Few are deactivated, and fewer administer: these hold only them.
CREATE INDEX users_deactivated ON users (workspace_id, email_key) WHERE is_active = 0;

-- The request that did it, and where it came from; of uploads neither: their own row tells it.
ALTER TABLE audit ADD COLUMN request_id TEXT;
ALTER TABLE audit ADD COLUMN address TEXT;

-- What tells a person's sessions apart.
ALTER TABLE sessions ADD COLUMN created_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN address TEXT;
ALTER TABLE sessions ADD COLUMN browser TEXT;
