/** Ways in which a repository can make git start a program, each with a git command that proves it works. */
import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { askForCredentials, attempt, attributes, config, hook, makeFolder, missingObject, pagerOnTerminal, signedCommit, status, touch, type Canary } from './canary.ts'; // prettier-ignore
import { MORE_CANARIES } from './more-canaries.ts';

export const CANARIES: readonly Canary[] = [
  { name: 'core.fsmonitor', arm: (repo, program) => config(['core.fsmonitor', program])(repo), fire: status },
  {
    name: 'the post-index-change hook',
    arm: (repo, program) => hook(repo, join(repo.root, '.git/hooks'), program),
    fire: status,
  },
  {
    name: 'core.hooksPath',
    arm: (repo, program) => {
      config(['core.hooksPath', 'hooks'])(repo);
      hook(repo, join(repo.root, 'hooks'), program);
    },
    fire: status,
  },
  {
    name: 'a clean filter',
    arm: (repo, program) => {
      attributes(repo, '* filter=trap');
      config(['filter.trap.clean', program], ['filter.trap.smudge', program], ['filter.trap.required', 'true'])(repo);
      touch(repo);
    },
    fire: status,
  },
  {
    name: 'a process filter',
    arm: (repo, program) => {
      attributes(repo, '* filter=trap');
      config(['filter.trap.process', program])(repo);
      touch(repo);
    },
    fire: status,
  },
  {
    name: 'a filter from .git/info/attributes',
    arm: (repo, program) => {
      mkdirSync(join(repo.root, '.git/info'), { recursive: true });
      writeFileSync(join(repo.root, '.git/info/attributes'), '* filter=trap\n');
      config(['filter.trap.clean', program])(repo);
      touch(repo);
    },
    fire: status,
  },
  {
    name: 'textconv',
    arm: (repo, program) => {
      attributes(repo, '*.md diff=trap');
      config(['diff.trap.textconv', program])(repo);
    },
    fire: (repo) => attempt(repo, 'diff'),
  },
  {
    name: 'a diff driver',
    arm: (repo, program) => {
      attributes(repo, '*.md diff=trap');
      config(['diff.trap.command', program])(repo);
    },
    fire: (repo) => attempt(repo, 'diff'),
  },
  {
    name: 'diff.external',
    arm: (repo, program) => {
      config(['diff.external', program])(repo);
      repo.write({ 'README.md': '# changed\n' });
    },
    fire: (repo) => attempt(repo, 'diff'),
  },
  {
    name: 'a merge driver',
    arm: (repo, program) => {
      attributes(repo, '*.md merge=trap');
      config(['merge.trap.driver', program])(repo);
      repo.git('commit', '-qam', 'here');
      repo.git('checkout', '-q', '-b', 'other', 'HEAD~1');
      repo.write({ 'README.md': '# otherwise\n' });
      repo.git('commit', '-qam', 'there');
    },
    fire: (repo) => attempt(repo, 'merge', 'main'),
  },
  {
    name: 'core.sshCommand through a promisor remote',
    arm: (repo, program) => {
      config(['core.repositoryFormatVersion', '1'], ['extensions.partialClone', 'origin'])(repo);
      config(['remote.origin.url', 'ssh://example.invalid/x'], ['remote.origin.promisor', 'true'])(repo);
      config(['core.sshCommand', program])(repo);
      repo.write({ 'README.md': '# changed\n' });
      missingObject(repo);
    },
    fire: (repo) => attempt(repo, 'cat-file', 'blob', 'HEAD:README.md'),
  },
  {
    name: 'a submodule with its own configuration',
    arm: (repo, program) => {
      const inner = testRepository(tempFolder('inner'));
      repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'src/sub');
      repo.git('commit', '-q', '-m', 'submodule');
      repo.git('-C', 'src/sub', 'config', 'core.fsmonitor', program);
    },
    fire: status,
  },
  {
    name: 'a repository inside the tree',
    arm: (repo, program) =>
      testRepository(join(repo.root, makeFolder(repo, 'src/nested'))).git('config', 'core.fsmonitor', program),
    fire: (repo) => attempt(repo, '-C', 'src/nested', 'status'),
  },
  {
    name: 'an included file',
    arm: (repo, program) => {
      writeFileSync(join(repo.root, '.git/more'), `[core]\n\tfsmonitor = ${program}\n`);
      config(['include.path', 'more'])(repo);
    },
    fire: status,
  },
  {
    name: 'a conditionally included file',
    arm: (repo, program) => {
      writeFileSync(join(repo.root, '.git/more'), `[core]\n\tfsmonitor = ${program}\n`);
      appendFileSync(join(repo.root, '.git/config'), `[includeIf "onbranch:**"]\n\tpath = more\n`);
    },
    fire: status,
  },
  {
    name: 'the configuration of a work tree',
    arm: (repo, program) => {
      config(['extensions.worktreeConfig', 'true'])(repo);
      writeFileSync(join(repo.root, '.git/config.worktree'), `[core]\n\tfsmonitor = ${program}\n`);
    },
    fire: status,
  },
  {
    name: 'core.alternateRefsCommand',
    arm: (repo, program) => {
      const other = testRepository(tempFolder('alternate'));
      mkdirSync(join(repo.root, '.git/objects/info'), { recursive: true });
      writeFileSync(join(repo.root, '.git/objects/info/alternates'), `${other.root}/.git/objects\n`);
      config(['core.alternateRefsCommand', program])(repo);
    },
    fire: (repo) => attempt(repo, 'rev-list', '--alternate-refs'),
  },
  {
    name: 'gpg.program with log.showSignature',
    arm: (repo, program) => {
      signedCommit(repo);
      config(['log.showSignature', 'true'], ['gpg.program', program])(repo);
    },
    fire: (repo) => attempt(repo, 'log', '-1'),
  },
  {
    name: 'a credential helper',
    arm: (repo, program) => config(['credential.helper', `!${program}`])(repo),
    fire: askForCredentials,
  },
  {
    name: 'core.editor',
    arm: (repo, program) => config(['core.editor', program])(repo),
    fire: (repo) => attempt(repo, 'config', '--edit'),
  },
  {
    name: 'an alias that is a command',
    arm: (repo, program) => config(['alias.st', `!${program}`])(repo),
    fire: (repo) => attempt(repo, 'st'),
  },
  { name: 'core.pager', arm: (repo, program) => config(['core.pager', program])(repo), fire: pagerOnTerminal },
  {
    name: 'a pager of one command',
    arm: (repo, program) => config(['pager.log', program])(repo),
    fire: pagerOnTerminal,
  },
  ...MORE_CANARIES,
];
