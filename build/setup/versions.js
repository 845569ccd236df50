// What the system has to bring along.
import { SetupError } from './say.js';

const OLDEST_NODE = 18;

export function refuseOldNode() {
  if (Number(process.versions.node.split('.')[0]) >= OLDEST_NODE) return;
  throw new SetupError(
    `this is Node ${process.version}, and setting up needs ${OLDEST_NODE} or newer with its npm. ` +
      'Countersign itself then runs on a Node 24 of its own. Get one from https://nodejs.org',
  );
}
