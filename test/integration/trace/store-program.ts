/** `store-program.ts WORK FOLDER KEY-FILE`: does one work on the trace there, and is killed somewhere in it. */
import Database from 'better-sqlite3';
import { createPrivateKey } from 'node:crypto';
import { readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

import { migrate } from '../../../daemon/trace/database.ts';
import { MIGRATIONS } from '../../../daemon/trace/migrations/migrations.ts';
import { openRecovered } from '../../../daemon/trace/recover.ts';
import { restoreBackup } from '../../../daemon/trace/restore.ts';
import { outgoing } from '../../../daemon/trace/rows.ts';
import { erasedFrame } from '../../../daemon/trace/store-frames.ts';
import { openStore, setupOf, type Place } from '../../unit/trace/traces.ts';

const [work = '', folder = '', keyFile = ''] = process.argv.slice(2);
const place: Place = {
  traceDb: join(folder, 'trace.db'),
  witness: join(folder, 'witness'),
  daemonId: 'd1',
  signingKey: createPrivateKey(readFileSync(keyFile)),
};
const frame = outgoing(erasedFrame({ at: 1, user: 'someone' }, { by: 'age' }));

const WORKS: Readonly<Record<string, () => unknown>> = {
  recover: () => openRecovered(setupOf(place), 'somebody ran into damage').writer.close(),
  restore: () => restoreBackup(setupOf(place), join(folder, 'backup'), true),
  erase() {
    const { writer } = openRecovered(setupOf(place));
    for (let [after, more] = [0, true]; more;) {
      const { erased } = writer.erase({ kind: 'before', before: 2_000_000_000_000 }, after, frame);
      [after, more] = [erased.last, erased.more];
    }
    writer.scrub();
    writer.close();
  },
  upgrade() {
    const db = new Database(place.traceDb);
    const rows = 'INSERT INTO copies SELECT seq, body FROM events';
    migrate(db, [...MIGRATIONS, 'CREATE TABLE copies (seq, body)', rows, 'CREATE INDEX copied ON copies (body)']);
    db.close();
  },
  async backup() {
    const store = await openStore(place);
    for (let number = 1; ; number++) await store.backup(join(folder, `backup-${number}`));
  },
};

writeSync(1, 'begun\n');
await WORKS[work]?.();
