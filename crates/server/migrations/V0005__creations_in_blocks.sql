-- Many new users at once: narrow rows, no index that no query needs, and one audit row for a thousand creations.

-- A group's number in its workspace, for rows that name many groups.
ALTER TABLE groups ADD COLUMN number BIGINT NOT NULL DEFAULT 0;
UPDATE groups SET number = n.number FROM (
    SELECT workspace_id, id, row_number() OVER (PARTITION BY workspace_id ORDER BY id) AS number FROM groups
) AS n WHERE n.workspace_id = groups.workspace_id AND n.id = groups.id;
CREATE UNIQUE INDEX groups_by_number ON groups (workspace_id, number);

-- The groups that a user is a member of, by number, with a space between: at most one of each group type.
ALTER TABLE users ADD COLUMN member_of TEXT;
UPDATE users SET member_of = m.numbers FROM (
    SELECT p.workspace_id, p.user_id, string_agg(CAST(g.number AS TEXT), ' ' ORDER BY g.number) AS numbers
    FROM memberships p JOIN groups g ON g.workspace_id = p.workspace_id AND g.id = p.group_id
    GROUP BY p.workspace_id, p.user_id
) AS m WHERE m.workspace_id = users.workspace_id AND m.user_id = users.id;
DROP TABLE memberships;

-- The user's IDs in other systems, a line for each: slug, space, value. The table beside it finds the user by an ID.
ALTER TABLE users ADD COLUMN integration_ids TEXT;
UPDATE users SET integration_ids = i.lines FROM (
    SELECT workspace_id, user_id, string_agg(slug || ' ' || value, '
' ORDER BY slug) AS lines FROM user_integration_ids GROUP BY workspace_id, user_id
) AS i WHERE i.workspace_id = users.workspace_id AND i.user_id = users.id;
DROP INDEX user_integration_ids_by_user;

-- Only for usernames that are not the user's own address: users_by_email finds those that are.
UPDATE users SET username_key = NULL WHERE username_key = email_key;

-- Ids are unique by themselves, and an index that begins with what differs is compared sooner.
DROP INDEX users_by_manager;
CREATE INDEX users_by_manager ON users (manager_id) WHERE manager_id IS NOT NULL;

-- Entries of the audit that tell of users whom one body created, up to a thousand in a row.
CREATE TABLE audit_blocks (
    workspace_id TEXT NOT NULL,
    -- The ids of its first and its last entry; those between may be those of rows in `audit` too.
    first_id TEXT NOT NULL,
    last_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    via TEXT NOT NULL,
    upload_id TEXT,
    action TEXT NOT NULL,
    -- The users' ids count up from the first.
    first_user_id TEXT NOT NULL,
    last_user_id TEXT NOT NULL,
    -- The records of the body that they come from lie between these.
    first_row BIGINT NOT NULL,
    last_row BIGINT NOT NULL,
    -- Row, address and edits of each, packed.
    entries BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, first_id)
);
CREATE INDEX audit_blocks_by_user ON audit_blocks (workspace_id, first_user_id);
CREATE INDEX audit_blocks_by_upload ON audit_blocks (workspace_id, upload_id, first_id) WHERE upload_id IS NOT NULL;
