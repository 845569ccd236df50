/** What a session fetched is remembered until some of it was let run. */
import { expect, test } from 'vitest';
import { startDaemon } from '../../helpers/daemon.ts';
import { testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { askOver, verdictOf } from '../../helpers/wire.ts';

test(verifies('gate:fetched'), async () => {
  const daemon = await startDaemon();
  const { root } = testRepository();
  const ask = (line: string) => verdictOf(askOver(daemon.paths.agentSocket, ['sh', '-c', line], root));
  expect(await ask('make -C kit')).toMatchObject({ verdict: 'allow' });
  expect(await ask('git clone https://git.example.net/kit')).toMatchObject({ verdict: 'allow' });
  expect(await ask('cat kit/README.md')).toMatchObject({ verdict: 'allow' });
  // Nobody is enrolled, so what would be held for a person is refused, and stays to be asked about.
  expect(await ask('make -C kit')).toMatchObject({ verdict: 'deny' });
  expect(await ask('python3 kit/setup.py')).toMatchObject({ verdict: 'deny' });
  expect(await ask('make')).toMatchObject({ verdict: 'allow' });
});
