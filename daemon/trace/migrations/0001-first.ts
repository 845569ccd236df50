/** Schema 1: the chain, what lies beside it, and the rollup that `log` reads. Frozen. */
export const first = `
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, trace_id TEXT NOT NULL, at INTEGER NOT NULL, kind TEXT NOT NULL,
  body TEXT NOT NULL, prev BLOB NOT NULL, hash BLOB NOT NULL
) STRICT;
CREATE INDEX events_trace ON events (trace_id, seq);
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'frames are never changed'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'frames are never deleted'); END;
CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'frames are never replaced'); END;
CREATE TABLE payloads (seq INTEGER PRIMARY KEY, salt BLOB NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE lines (
  seq INTEGER PRIMARY KEY, trace_id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, actor_type TEXT NOT NULL,
  user TEXT NOT NULL, agent TEXT NOT NULL, session TEXT NOT NULL, kind TEXT NOT NULL, summary TEXT NOT NULL,
  score INTEGER, verdict TEXT, outcome TEXT
) STRICT;
CREATE INDEX lines_session ON lines (session, seq);
CREATE INDEX lines_pending ON lines (seq) WHERE verdict = 'pending';
CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, root TEXT NOT NULL, note TEXT NOT NULL, edge BLOB NOT NULL) STRICT;
`;
