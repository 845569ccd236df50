/** A delete that reaches into what is mounted, or takes what is somebody else's. */
import { expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { draft, factsOf, judged, tree } from './fixtures.ts';

const LOST = { files: 3, bytes: 9, untracked: 3, complete: true };
const GONE = { files: 3, bytes: 9, ignored: 3, regenerable: 3, complete: true };

test(verifies('judge:surroundings'), () => {
  const rules = (path: string, counts: object, more: object): string[] => {
    const facts = factsOf([tree(path, { ...counts }, { location: 'outside', ...more })]);
    return judged([draft('file.delete', [path], { attributes: { recursive: true } })], facts).findings.map((one) => one.rule); // prettier-ignore
  };
  expect(rules('/srv/data', LOST, { mounts: ['/srv/data/disk'] })).toContain('files.delete-mounted');
  expect(rules('/srv/data', LOST, { mounts: ['/srv/data/disk'], share: true })).toContain('files.delete-mounted/share');
  expect(rules('/srv/data', GONE, { mounts: ['/srv/data/disk'] })).not.toContain('files.delete-mounted');
  expect(rules('/srv/data', LOST, { owner: 'user 7' })).toContain('files.delete-others');
  expect(rules('/srv/data', LOST, {})).not.toContain('files.delete-others');
});
