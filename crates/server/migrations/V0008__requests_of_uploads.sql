-- The request that brought an upload, and where it came from: what the audit says of all that the upload did.
ALTER TABLE uploads ADD COLUMN request_id TEXT;
ALTER TABLE uploads ADD COLUMN address TEXT;
