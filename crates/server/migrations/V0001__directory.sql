-- The directory and everything around it; the same text for SQLite and PostgreSQL.
--
-- TEXT and BIGINT only. Every primary and unique key begins with workspace_id, so that a workspace can be
-- moved, sharded or deleted by itself. Ids are UUIDv7 made by the server; there are no sequences. Times are
-- microseconds since 1970, flags are 0 and 1. An index stands here only for a query that needs it.
-- `/* WITHOUT ROWID */` is read by SQLite only: rows that are little more than their key live in its index.
-- No foreign keys between the tables of the directory: `apply` alone writes them, whole bodies at a time.

CREATE TABLE workspaces (
    workspace_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    subdomain TEXT NOT NULL UNIQUE,
    salesforce BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

CREATE TABLE users (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    username TEXT,
    username_key TEXT,
    time_zone TEXT,
    manager_id TEXT,
    is_active BIGINT NOT NULL,
    is_manager BIGINT NOT NULL,
    is_admin BIGINT NOT NULL,
    role TEXT,
    tags TEXT,
    attributes TEXT,
    password_hash TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX users_by_email ON users (workspace_id, email_key);
CREATE UNIQUE INDEX users_by_username ON users (workspace_id, username_key) WHERE username_key IS NOT NULL;
CREATE INDEX users_by_manager ON users (workspace_id, manager_id) WHERE manager_id IS NOT NULL;
CREATE INDEX users_admins ON users (workspace_id, id) WHERE is_admin = 1;

CREATE TABLE user_aliases (
    workspace_id TEXT NOT NULL,
    alias_key TEXT NOT NULL,
    alias TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, alias_key)
) /* WITHOUT ROWID */;
CREATE INDEX user_aliases_by_user ON user_aliases (workspace_id, user_id);

CREATE TABLE group_types (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, name)
);

CREATE TABLE groups (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    group_type_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, group_type_id, name)
);

CREATE TABLE memberships (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    group_type_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, group_type_id)
) /* WITHOUT ROWID */;

CREATE TABLE group_managers (
    workspace_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    group_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id, group_id)
) /* WITHOUT ROWID */;

CREATE TABLE integration_id_types (
    workspace_id TEXT NOT NULL,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (workspace_id, slug)
);

CREATE TABLE user_integration_ids (
    workspace_id TEXT NOT NULL,
    slug TEXT NOT NULL,
    value TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (workspace_id, slug, value)
) /* WITHOUT ROWID */;
CREATE UNIQUE INDEX user_integration_ids_by_user ON user_integration_ids (workspace_id, user_id, slug);

CREATE TABLE attribute_types (
    workspace_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    options TEXT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

CREATE TABLE integrations (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    route TEXT NOT NULL,
    admin_email TEXT,
    enabled BIGINT NOT NULL,
    mapping TEXT NOT NULL,
    mapping_version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, route)
);

CREATE TABLE tokens (
    workspace_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    id TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    starts_with TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (workspace_id, digest)
);

CREATE TABLE api_keys (
    workspace_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    starts_with TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, digest)
);

CREATE TABLE setup_links (
    workspace_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, digest)
);

CREATE TABLE sessions (
    workspace_id TEXT NOT NULL,
    digest TEXT NOT NULL,
    user_id TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, digest)
);

CREATE TABLE uploads (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    received_by TEXT NOT NULL,
    via TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    body_sha256 TEXT NOT NULL,
    records BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    error_count BIGINT NOT NULL,
    warning_count BIGINT NOT NULL,
    mapping_version BIGINT,
    plan_hash TEXT,
    counts TEXT,
    report TEXT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX uploads_by_integration ON uploads (workspace_id, integration_id, id);

CREATE TABLE audit (
    workspace_id TEXT NOT NULL,
    id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    upload_id TEXT,
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    edits TEXT,
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE idempotency (
    workspace_id TEXT NOT NULL,
    integration_id TEXT NOT NULL,
    key TEXT NOT NULL,
    body_sha256 TEXT NOT NULL,
    status BIGINT NOT NULL,
    answer TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, integration_id, key)
);
