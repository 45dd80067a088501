CREATE TABLE notes (id INTEGER PRIMARY KEY, note TEXT);
INSERT INTO notes (note) VALUES ('Buy milk');
