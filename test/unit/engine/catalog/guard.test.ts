/** Stopping or steering Countersign is tampering, however it is named. */
import { expect, test } from 'vitest';

import { effectsOf } from '../../../../daemon/engine/catalog/effects-of.ts';
import { createLookup } from '../../../../daemon/engine/lookup.ts';
import { noParsers } from '../../../../daemon/engine/sql/load.ts';
import { understand } from '../../../../daemon/engine/understand/understand.ts';
import { Action } from '../../../../protocol/action.ts';
import { factKey, type FactValue } from '../../../../protocol/facts.ts';
import { verifies } from '../../../helpers/verifies.ts';

const number: FactValue = { known: true, data: { kind: 'text', exists: true, text: '1234', digest: '' } };
const facts = new Map([[factKey({ kind: 'text', path: '/x/daemon.lock' }), number]]);

function kinds(source: string): readonly string[] {
  const action = Action.parse({ kind: 'exec', argv: ['sh', '-c', source], cwd: '/work', session: 's' });
  const lookup = createLookup(facts);
  return understand(action, lookup).operations.flatMap((operation) => [...operation.ownEffects, ...effectsOf(operation, { action, lookup, parsers: noParsers })].map(({ kind }) => kind)); // prettier-ignore
}

test.each([
  'kill $(cat /x/daemon.lock)',
  'P=$(cat /x/daemon.lock); kill -9 $P',
  'cat /x/daemon.lock | xargs kill',
  'kill $(pgrep -f countersign)',
  'pkill -f daemon/main.ts',
  'fuser -k /x/agent.sock',
  'systemctl stop countersign status',
  'node /opt/countersign/cli/bin.js down',
  'node ./cli/bin.js mode observe',
  'echo x | nc -U /x/control.sock',
  `python3 -c 'import socket; s=socket.socket(1); s.connect("/x/control.sock")'`,
])(`${verifies('catalog:guard')}: %s`, (source) => {
  expect(kinds(source)).toContain('guard.tamper');
});

test.each(['kill $(pgrep node)', 'kill $(pidof node)', 'node cli/main.ts down'])('%s may be Countersign', (source) => {
  expect(kinds(source)).toContain('code.opaque');
  expect(kinds(source)).not.toContain('guard.tamper');
});

test.each(['kill $(lsof -ti:3000)', "kill $(pgrep -f 'node server.js')", 'kill -0 $(cat /x/daemon.lock)', 'fuser /x/agent.sock', 'systemctl --user status countersign', 'node cli/bin.js build', 'kill 1234', 'pkill -f vite'])('%s is ordinary', (source) => {
  expect(kinds(source)).not.toContain('guard.tamper');
  expect(kinds(source)).not.toContain('code.opaque');
}); // prettier-ignore
