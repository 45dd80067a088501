-- What the APIs of other systems need: keys of persons, and the numbers by which some of them name things.

-- Whose key it is; NULL for one of the workspace. What it may do is what they may do when it is used.
ALTER TABLE api_keys ADD COLUMN user_id TEXT;
-- It is good until then; NULL: until it is revoked.
ALTER TABLE api_keys ADD COLUMN expires_at BIGINT;

-- Addresses that change with an upload, which names its users by username; told beside its records.
ALTER TABLE uploads ADD COLUMN addresses TEXT;

-- Numbers of users, groups, tags and lists, given when one is first shown to a system that knows them by number.
CREATE TABLE numbers (
    workspace_id TEXT NOT NULL,
    -- `user`, `company`, `tag` or `list`.
    kind TEXT NOT NULL,
    -- The id of a user, the name of anything else.
    named TEXT NOT NULL,
    number BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind, named),
    UNIQUE (workspace_id, kind, number)
);
