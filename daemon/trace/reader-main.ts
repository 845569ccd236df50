/** The reader's thread: answers queries from a read-only connection, so that they never hold up a decision. */
import { parentPort, workerData } from 'node:worker_threads';

import { StoredFrame, type LogLine } from '../../protocol/trace.ts';
import { isCorruption, openForReading } from './database.ts';
import type { FromReader, ReadQuery, ToReader } from './messages.ts';
import { lineOf, type FrameRecord } from './rows.ts';

const port = parentPort;
if (port === null) throw new Error('the trace reader runs as a worker thread');
// The thread is started with the path and nothing else.
const db = openForReading(workerData as string);

const selectFrames = db.prepare(
  'SELECT e.body, lower(hex(e.hash)) AS hash, p.body AS record FROM events e LEFT JOIN payloads p USING (seq) WHERE e.trace_id = ? ORDER BY e.seq',
);
/** A condition that may be left out would keep the index from being used. */
const linesWhere = (session: string) =>
  db.prepare(
    `SELECT * FROM (SELECT * FROM lines WHERE ${session} AND (@since IS NULL OR at >= @since) ORDER BY seq DESC LIMIT @limit) ORDER BY seq`,
  );
const selectLines = linesWhere('@session IS NULL');
const selectSessionLines = linesWhere('session = @session');
const FRAME = 'SELECT e.body, lower(hex(e.hash)) AS hash, p.body AS record FROM';
const selectKind = db.prepare(
  `${FRAME} events e LEFT JOIN payloads p USING (seq) WHERE e.kind = @event ORDER BY e.seq DESC LIMIT @limit`,
);
/** In this order of the tables, so that the index of the session is used. */
const selectSessionKind = db.prepare(
  `${FRAME} lines l CROSS JOIN events e USING (trace_id) LEFT JOIN payloads p ON p.seq = e.seq
   WHERE l.session = @session AND e.kind = @event ORDER BY l.seq DESC LIMIT @limit`,
);
const selectReviews = db.prepare(
  `${FRAME} (SELECT trace_id, seq FROM lines WHERE review = 'waiting' ORDER BY seq LIMIT @limit) l
   CROSS JOIN events e USING (trace_id) LEFT JOIN payloads p ON p.seq = e.seq
   WHERE e.kind = 'action.assessed' ORDER BY l.seq, e.seq`,
);
const selectPending = db.prepare("SELECT * FROM lines WHERE verdict = 'pending' ORDER BY seq");

function answer(query: ReadQuery): readonly (StoredFrame | LogLine)[] {
  switch (query.kind) {
    case 'frames':
      return selectFrames.all(query.traceId).map(frameOf);
    case 'of-kind': {
      const { event, session, limit } = query;
      return (
        session === undefined ? selectKind.all({ event, limit }) : selectSessionKind.all({ event, session, limit })
      ).map(frameOf);
    }
    case 'pending':
      return selectPending.all().map(lineOf);
    case 'reviews':
      return selectReviews.all({ limit: query.limit }).map(frameOf);
    case 'log':
      return (query.session === undefined ? selectLines : selectSessionLines)
        .all({ limit: query.limit, session: query.session ?? null, since: query.since ?? null })
        .map(lineOf);
  }
}

function frameOf(row: unknown): StoredFrame {
  // The columns named in the statement.
  const { body, hash, record } = row as { body: string; hash: string; record: string | null };
  const event = JSON.parse(body) as StoredFrame['event'];
  return {
    event,
    hash,
    payload: record === null ? null : (((JSON.parse(record) as FrameRecord).payload ?? null) as StoredFrame['payload']),
    erased: record === null && event.payload !== undefined,
  };
}

port.on('message', ({ id, query }: ToReader) => {
  let reply: FromReader;
  try {
    reply = { id, rows: answer(query) };
  } catch (error) {
    reply = { id, problem: error instanceof Error ? error.message : String(error), damaged: isCorruption(error) };
  }
  port.postMessage(reply);
});
