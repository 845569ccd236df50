/** Registries beside the package managers: extensions, artifacts, modules. */
import type { Catalog } from './entry.ts';
import { does, flag, has, nothing, when } from './rules.ts';
import { operands } from './targets.ts';

const publishes = does('package.publish', operands('package'), { remote: true, force: flag('force') });
const unpublishes = does('package.unpublish', operands('package'), { remote: true, force: flag('force') });
const projectCode = does('code.run');
const DRY = has('dry-run', 'dryrun');
const PUSH = { options: 'n|dry-run dryrun skip-existing force repository= r= token= t= tag= access=', dryRun: DRY, effects: publishes } as const; // prettier-ignore

const goals = (pattern: RegExp) => when(({ args }) => args.operands.some(({ text }) => pattern.test(text)), publishes, projectCode); // prettier-ignore

export const publishing: Catalog = {
  'flit maturin jsr vsce ovsx wapm changeset-publish': {
    options: 'p|pat= n|dry-run',
    commands: { 'publish upload push': PUSH, 'unpublish delete': { effects: unpublishes }, 'ls list show search login logout verify-pat info version': { effects: nothing } }, // prettier-ignore
    effects: projectCode,
  },
  'dart flutter': {
    commands: {
      pub: {
        commands: { publish: PUSH, 'lish': PUSH, 'get add upgrade downgrade': { effects: does('package.install', operands('package')) }, 'deps outdated cache token login logout': { effects: nothing } }, // prettier-ignore
        effects: projectCode,
      },
      'analyze format doctor devices --version test': { effects: projectCode },
    },
    effects: projectCode,
  },
  anaconda: { commands: { upload: PUSH, remove: { effects: unpublishes }, 'search show whoami login logout': { effects: nothing } }, effects: projectCode }, // prettier-ignore
  pod: {
    commands: {
      trunk: {
        commands: {
          push: PUSH,
          'delete deprecate': { effects: unpublishes },
          'add-owner remove-owner': { effects: does('account.change', operands('account'), { remote: true }) },
          'me info register': { effects: nothing },
        },
        effects: nothing,
      },
      'install update': { effects: does('package.install', operands('package')) },
      'search list outdated env spec lib cache': { effects: nothing },
    },
    effects: projectCode,
  },
  'mvn mvnw': { options: 'D= P= f|file= q B pl= am T= U o', effects: goals(/^(?:deploy|release:perform|nexus-staging:release|.*:deploy(?:-file)?|site-deploy)$/) }, // prettier-ignore
  'gradle gradlew': { options: 'P= D= p= b= q x= no-daemon parallel m|dry-run', dryRun: DRY, effects: goals(/(?:^|:)publish(?!ToMavenLocal)\w*$|(?:^|:)(?:uploadArchives|bintrayUpload|closeAndRelease\w*)$/) }, // prettier-ignore
  'sbt lein mill': { effects: goals(/^(?:\+?publish(?:Signed|All)?|sonatype\w*|deploy|release)$/) },
};
