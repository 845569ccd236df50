/** Canaries of remotes, submodules, signatures, and of everything that is not the configuration in `.git`. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { testRepository, type TestRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { attempt, attributes, config, missingObject, signedCommit, status, touch, type Canary } from './canary.ts';

const fetch = (repo: TestRepository): void => attempt(repo, 'fetch', 'origin');

/** The configuration that makes a status start the program. */
function trap(program: string): string {
  return `[core]\n\trepositoryFormatVersion = 0\n\tfsmonitor = ${program}\n`;
}

/** The program is named the way this target is: a line that it writes is a file that is there. */
function besideProgram(program: string): string {
  return join(program, '../mark');
}

/** Variables of whoever started us. */
function environment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) {
    const before = process.env[name];
    process.env[name] = value;
    onTestFinished(() => {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    });
  }
}

function statusWithEnvironment({ root }: TestRepository): void {
  execFileSync('git', ['status'], { cwd: root, stdio: 'ignore', env: process.env });
}

function submodule(repo: TestRepository): void {
  const inner = testRepository(tempFolder('inner'));
  repo.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.root, 'src/sub');
  repo.git('commit', '-q', '-m', 'submodule');
}

export const MORE_CANARIES: readonly Canary[] = [
  {
    name: 'sequence.editor',
    arm: (repo, program) => config(['sequence.editor', program])(repo),
    fire: (repo) => attempt(repo, 'rebase', '-i', '--root'),
  },
  {
    name: 'gpg.ssh.program',
    arm: (repo, program) => {
      signedCommit(repo, 'SSH SIGNATURE');
      config(['gpg.ssh.program', program], ['gpg.ssh.allowedSignersFile', '/dev/null'], ['log.showSignature', 'true'])(repo); // prettier-ignore
    },
    fire: (repo) => attempt(repo, 'log', '-1'),
  },
  {
    name: 'gpg.x509.program',
    arm: (repo, program) => {
      signedCommit(repo, 'SIGNED MESSAGE');
      config(['gpg.x509.program', program], ['log.showSignature', 'true'])(repo);
    },
    fire: (repo) => attempt(repo, 'log', '-1'),
  },
  {
    name: 'a difftool',
    arm: (repo, program) => {
      config(['difftool.trap.cmd', program])(repo);
      repo.write({ 'README.md': '# changed\n' });
    },
    fire: (repo) => attempt(repo, 'difftool', '-y', '-t', 'trap'),
  },
  {
    name: 'a trailer command',
    arm: (repo, program) => config(['trailer.trap.command', program], ['trailer.trap.ifmissing', 'add'])(repo),
    fire: (repo) => attempt(repo, 'interpret-trailers', '--trailer', 'trap=x', 'README.md'),
  },
  {
    name: 'the update command of a submodule',
    arm: (repo, program) => {
      submodule(repo);
      repo.git('config', 'submodule.src/sub.update', `!${program}`);
      repo.git('-C', 'src/sub', 'commit', '-q', '--allow-empty', '-m', 'further');
    },
    fire: (repo) => attempt(repo, 'submodule', 'update'),
  },
  {
    name: 'recursion into submodules',
    arm: (repo, program) => {
      submodule(repo);
      config(['submodule.recurse', 'true'], ['status.submoduleSummary', 'true'], ['diff.submodule', 'log'])(repo);
      repo.git('-C', 'src/sub', 'config', 'core.fsmonitor', program);
    },
    fire: status,
  },
  {
    name: 'remote.uploadpack',
    arm: (repo, program) => {
      const other = testRepository(tempFolder('other'));
      config(['remote.origin.url', other.root], ['remote.origin.uploadpack', program])(repo);
    },
    fire: fetch,
  },
  {
    name: 'a remote helper that runs commands',
    arm: (repo, program) => config(['remote.origin.url', `ext::${program}`], ['protocol.ext.allow', 'always'])(repo),
    fire: fetch,
  },
  {
    name: 'url.insteadOf to a helper that runs commands',
    arm: (repo, program) =>
      config([`url.ext::${program} .insteadOf`, 'https:'], ['protocol.ext.allow', 'always'], ['remote.origin.url', 'https://example.invalid/x'])(repo), // prettier-ignore
    fire: fetch,
  },
  {
    name: 'core.gitProxy',
    arm: (repo, program) => config(['core.gitProxy', program], ['remote.origin.url', 'git://example.invalid/x'])(repo),
    fire: fetch,
  },
  {
    name: 'core.sshCommand',
    arm: (repo, program) => config(['core.sshCommand', program], ['remote.origin.url', 'ssh://example.invalid/x'])(repo), // prettier-ignore
    fire: fetch,
  },
  {
    name: 'a credential helper of one host',
    arm: (repo, program) => config(['credential.https://example.invalid.helper', `!${program}`])(repo),
    fire: ({ root }) => {
      const input = 'protocol=https\nhost=example.invalid\n\n';
      const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_ASKPASS: 'false', HOME: root };
      try {
        execFileSync('git', ['credential', 'fill'], { cwd: root, input, env, stdio: ['pipe', 'ignore', 'ignore'] });
      } catch (error) {
        if (!(error instanceof Error && 'status' in error)) throw error;
      }
    },
  },
  {
    name: 'remote.uploadpack through a partial clone',
    arm: (repo, program) => {
      const other = testRepository(tempFolder('other'));
      config(['core.repositoryFormatVersion', '1'], ['extensions.partialClone', 'origin'], ['remote.origin.promisor', 'true'])(repo); // prettier-ignore
      config(['remote.origin.url', other.root], ['remote.origin.uploadpack', program])(repo);
      repo.write({ 'README.md': '# changed\n' });
      missingObject(repo);
    },
    fire: (repo) => attempt(repo, 'cat-file', 'blob', 'HEAD:README.md'),
  },
  {
    name: 'large files as a filter',
    arm: (repo, program) => {
      attributes(repo, '* filter=lfs diff=lfs merge=lfs -text');
      config(['filter.lfs.process', `${program} filter-process`], ['filter.lfs.required', 'true'])(repo);
      touch(repo);
    },
    fire: status,
  },
  {
    name: 'core.attributesFile',
    arm: (repo, program) => {
      writeFileSync(join(repo.root, '.git/attributes'), '* filter=trap\n');
      config(['core.attributesFile', join(repo.root, '.git/attributes')], ['filter.trap.clean', program])(repo);
      touch(repo);
    },
    fire: status,
  },
  {
    name: 'the configuration of the user',
    ofCaller: true,
    arm: (repo, program) => writeFileSync(join(repo.root, '.gitconfig'), trap(program)),
    fire: status,
  },
  {
    name: 'the environment of the caller',
    ofCaller: true,
    arm: (_repo, program) =>
      environment({ GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.fsmonitor', GIT_CONFIG_VALUE_0: program }),
    fire: statusWithEnvironment,
  },
  {
    name: 'parameters in the environment of the caller',
    ofCaller: true,
    arm: (_repo, program) => environment({ GIT_CONFIG_PARAMETERS: `'core.fsmonitor'='${program}'` }),
    fire: statusWithEnvironment,
  },
  {
    name: 'a folder of git programs in the environment of the caller',
    ofCaller: true,
    arm: (_repo, program) => {
      const folder = tempFolder('exec');
      cpSync(program, join(folder, 'git-remote-https'));
      environment({ GIT_EXEC_PATH: folder });
    },
    fire: ({ root }) => {
      try {
        execFileSync('git', ['ls-remote', 'https://example.invalid/x'], { cwd: root, stdio: 'ignore', env: process.env }); // prettier-ignore
      } catch (error) {
        if (!(error instanceof Error && 'status' in error)) throw error;
      }
    },
  },
  {
    name: 'a trace of the user that is written to a file',
    ofCaller: true,
    arm: (repo, program) =>
      writeFileSync(join(repo.root, '.gitconfig'), `[trace2]\n\teventTarget = ${besideProgram(program)}\n`),
    fire: status,
  },
  {
    name: 'a trace in the environment of the caller',
    ofCaller: true,
    arm: (_repo, program) => environment({ GIT_TRACE2_EVENT: besideProgram(program), GIT_TRACE: besideProgram(program) }),
    fire: statusWithEnvironment,
  }, // prettier-ignore
  {
    name: '.git as a file that points elsewhere',
    arm: (repo, program) => {
      const elsewhere = join(tempFolder('elsewhere'), 'git');
      cpSync(join(repo.root, '.git'), elsewhere, { recursive: true });
      rmSync(join(repo.root, '.git'), { recursive: true });
      writeFileSync(join(repo.root, '.git'), `gitdir: ${elsewhere}\n`);
      appendFileSync(join(elsewhere, 'config'), trap(program));
    },
    fire: status,
  },
  {
    name: 'core.worktree',
    arm: (repo, program) => {
      const elsewhere = tempFolder('elsewhere');
      config(['core.worktree', elsewhere], ['core.fsmonitor', program])(repo);
    },
    fire: status,
    unknown: 'the repository has its work tree elsewhere',
  },
  {
    name: 'a bare repository among the files',
    within: 'src/bare',
    arm: (repo, program) => {
      const bare = join(repo.root, 'src/bare');
      mkdirSync(join(bare, 'work'), { recursive: true });
      for (const name of ['HEAD', 'config', 'objects', 'refs', 'index']) cpSync(join(repo.root, '.git', name), join(bare, name), { recursive: true }); // prettier-ignore
      appendFileSync(join(bare, 'config'), `[core]\n\tworktree = work\n\tfsmonitor = ${program}\n`);
    },
    fire: (repo) => attempt(repo, '-C', 'src/bare/work', '--git-dir=..', 'status'),
  },
  {
    name: 'a linked work tree',
    within: 'linked',
    arm: (repo, program) => {
      repo.git('worktree', 'add', '-q', 'linked');
      repo.git('config', 'core.fsmonitor', program);
    },
    fire: (repo) => attempt(repo, '-C', 'linked', 'status'),
  },
  {
    name: 'a split index that names a monitor',
    arm: (repo, program) => {
      repo.git('update-index', '--split-index', '--untracked-cache');
      repo.git('config', 'core.fsmonitor', program);
      attempt(repo, 'update-index', '--fsmonitor');
      touch(repo);
    },
    fire: status,
  },
  {
    name: 'a name that looks like an option',
    arm: (repo, program) => {
      repo.write({ [`--config=core.fsmonitor=${program.replaceAll('/', '_')}`]: 'x', '-c': 'x', ':(exclude)*': 'x' });
      repo.git('config', 'core.fsmonitor', program);
    },
    fire: status,
  },
  {
    name: 'a branch named like a command',
    arm: (repo, program) => {
      const name = `refs/heads/$(${program})`;
      repo.write({ '.git/packed-refs': `${repo.git('rev-parse', 'HEAD').trim()} ${name}\n`, '.git/HEAD': `ref: ${name}\n` }); // prettier-ignore
      repo.git('config', 'core.fsmonitor', program);
    },
    fire: status,
  },
  {
    name: 'a git folder in place of a link',
    arm: (repo, program) => {
      renameSync(join(repo.root, '.git'), join(repo.root, 'dot-git'));
      execFileSync('ln', ['-s', 'dot-git', join(repo.root, '.git')]);
      appendFileSync(join(repo.root, 'dot-git/config'), trap(program));
    },
    fire: status,
  },
];
