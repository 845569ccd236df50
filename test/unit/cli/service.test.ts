import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { createContext } from '../../../cli/context.ts';
import { launchAgentPlist } from '../../../cli/service/launch-agent.ts';
import { launchd } from '../../../cli/service/launchd.ts';
import { systemdUnit } from '../../../cli/service/systemd-unit.ts';
import type { ServiceSpec } from '../../../cli/service/service-spec.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

/** Everything that systemd and XML treat in a way of their own. */
const ODD = `it's "my" $HOME 100% <a> & b\\c`;

function specIn(folder: string): ServiceSpec {
  const place = join(folder, ODD);
  mkdirSync(place);
  for (const name of ['node', 'main.ts']) writeFileSync(join(place, name), '#!/bin/sh\n', { mode: 0o755 });
  return {
    id: 'countersign',
    node: join(place, 'node'),
    daemon: join(place, 'main.ts'),
    pathsFile: join(place, 'paths.json'),
    log: join(place, 'daemon.log'),
    homedir: folder,
    user: 'ann',
    path: '/usr/bin:/bin',
  };
}

const analyze = (args: readonly string[], home: string) =>
  spawnSync('systemd-analyze', args, {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', HOME: home, XDG_RUNTIME_DIR: home },
  });
const canAnalyze = analyze(['--version'], '/').status === 0;

test.skipIf(!canAnalyze)(`${verifies('operations:unit')}${canAnalyze ? '' : ' (no systemd-analyze)'}`, () => {
  const folder = tempFolder();
  const file = join(folder, 'countersign.service');
  writeFileSync(file, systemdUnit(specIn(folder), 252));
  const { status, stderr, stdout } = analyze(['--user', 'verify', file], folder);
  expect({ status, said: stderr + stdout }).toEqual({ status: 0, said: '' });
  // The check itself finds faults.
  writeFileSync(file, readFileSync(file, 'utf8').replace('UMask=0077', 'UMask=0099'));
  expect(analyze(['--user', 'verify', file], folder).stderr).toContain('mode value');
});

test('a systemd that knows growing pauses is told to take them', () => {
  const spec = specIn(tempFolder());
  expect(systemdUnit(spec, 254)).toContain('RestartMaxDelaySec=60');
  expect(systemdUnit(spec, 252)).not.toContain('RestartSteps');
  expect(() => systemdUnit({ ...spec, log: '/a\nExecStartPre=/bin/true' }, 252)).toThrow('line break');
});

const READ_PLIST = 'import json,plistlib,sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))';
const hasPython = spawnSync('python3', ['-c', 'import plistlib']).status === 0;

test.skipIf(!hasPython)(`${verifies('operations:launch-agent')}${hasPython ? '' : ' (no python3)'}`, () => {
  const spec = specIn(tempFolder());
  const { stdout, stderr } = spawnSync('python3', ['-c', READ_PLIST], {
    input: launchAgentPlist(spec),
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toMatchObject({
    Label: 'org.countersign.daemon',
    ProgramArguments: expect.arrayContaining([spec.node, spec.daemon, '--paths', spec.pathsFile]),
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ProcessType: 'Interactive',
    StandardErrorPath: spec.log,
  });
});

test(verifies('operations:launchctl'), async () => {
  const folder = tempFolder();
  const launchctl = join(folder, 'launchctl');
  const loaded = join(folder, 'loaded');
  // What launchctl answers, as far as we ask it.
  writeFileSync(
    launchctl,
    `#!/bin/sh\necho "$@" >>'${folder}/calls'\ncase "$1 $2" in\nbootstrap*) : >'${loaded}' ;;\nbootout*) rm '${loaded}' ;;\n` +
      `print*/org*) [ -f '${loaded}' ] && printf '\\tstate = running\\n\\tpid = 42\\n' ;;\nkickstart*) [ -f '${loaded}' ] ;;\nesac\n`,
  );
  chmodSync(launchctl, 0o755);
  const manager = launchd(createContext({ env: { HOME: folder } }), specIn(folder), launchctl);
  expect(manager.file).toBe(join(folder, 'Library/LaunchAgents/org.countersign.daemon.plist'));
  expect(await manager.answers()).toBe(true);
  expect(await manager.state()).toEqual({ running: false, pid: undefined, words: 'not loaded' });
  await manager.enable();
  expect(await manager.state()).toEqual({ running: true, pid: 42, words: 'running' });
  await manager.stop();
  expect(await manager.state()).toMatchObject({ running: false });
  expect(await manager.start()).toMatchObject({ ok: true });
  expect(await manager.state()).toMatchObject({ running: true });
  const uid = process.getuid?.() ?? 0;
  expect(readFileSync(join(folder, 'calls'), 'utf8')).toContain(`bootstrap gui/${uid} ${manager.file}\n`);
});
