// Makes a checkout ready before `npm start`, `npm test` and the like: installs modules when the lock file changed, builds the native clients and bundles the program.
// INVARIANT: no dependencies, and plain JavaScript that Node 18 can run, because nothing is installed yet.
import { buildBundle, bundleIsCurrent } from './setup/bundle.js';
import { nativeIsCurrent, buildNative } from './setup/native.js';
import { installModules } from './setup/install.js';
import { withLock } from './setup/lock.js';
import { modulesAreCurrent, writeStamp } from './setup/stamp.js';
import { SetupError, fail } from './setup/say.js';
import { refuseOldNode } from './setup/versions.js';

async function main() {
  if (modulesAreCurrent() && nativeIsCurrent() && bundleIsCurrent()) return;
  refuseOldNode();
  await withLock(async () => {
    // Another setup may have done the work while this one waited.
    if (!modulesAreCurrent()) {
      await installModules();
      writeStamp();
    }
    if (!nativeIsCurrent()) buildNative();
    if (!bundleIsCurrent()) buildBundle();
  });
}

main().catch((error) => fail(error instanceof SetupError ? error.message : String(error.stack)));
