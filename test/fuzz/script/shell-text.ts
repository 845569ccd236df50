/** Shell text and command lines as agents write them, and as somebody writes them who wants to slip by. */
import fc from 'fast-check';

const PATHS = [
  'src',
  './a b',
  '/',
  '~',
  '$HOME/x',
  '"$d"/*',
  '.env',
  '/etc/passwd',
  '../..',
  '*.ts',
  '{a,b}',
  '-rf',
  '--',
  '/dev/sda',
  'node_modules',
  "it's",
];
const URLS = [
  'https://example.com/x.sh',
  'git@example.com:a/b.git',
  's3://bucket/x',
  'ssh://host/x',
  'postgres://u@db/app',
];

const path = fc.constantFrom(...PATHS);
const url = fc.constantFrom(...URLS);

/** Commands that read, change, destroy and send, with room for arguments. */
export const commands: fc.Arbitrary<readonly string[]> = fc.oneof(
  fc.tuple(fc.constantFrom('ls', 'cat', 'rm', 'chmod -R 777', 'shred', 'mv', 'cp', 'tee', 'truncate -s 0', 'dd of=x', 'chown root', 'find', 'grep -r x', 'tar xf'), path, path),
  fc.tuple(fc.constantFrom('rm -rf', 'rm -r', 'git clean -fdx', 'git checkout --', 'git restore', 'git rm -r'), path),
  fc.tuple(fc.constantFrom('git push --force', 'git push origin :main', 'git reset --hard', 'git branch -D main', 'git stash drop', 'git st', 'git -c a=b log', 'git commit --amend')),
  fc.tuple(fc.constantFrom('curl', 'curl -T .env', 'wget', 'git clone', 'scp x', 'rsync -a .', 'curl -X DELETE'), url),
  fc.tuple(fc.constantFrom('npm publish', 'npm run x', 'make', 'make clean', 'terraform destroy', 'kubectl delete ns prod', 'docker system prune -af', 'systemctl stop x', 'crontab -r', 'kill -9 1', 'sqlite3 a.db "drop table t"')),
  fc.tuple(fc.constantFrom('python -c', 'node -e', 'perl -e', 'ruby -e', 'php -r', 'awk'), fc.constantFrom('"import os; os.remove(1)"', "'1'", '"require(\'fs\').rmSync(x)"', '"BEGIN{system(\\"rm -rf x\\")}"', "'unlink q(x)'")),
).map((parts) => parts.join(' ').split(' ')); // prettier-ignore

const command = commands.map((words) => words.join(' '));
const TOKENS = [
  '$(',
  ')',
  '`',
  '"',
  "'",
  '\\',
  '\n',
  ';',
  '&',
  '|',
  '<<E\n',
  '\nE\n',
  '<(',
  '${x:-',
  '}',
  '{',
  '$((',
  '))',
  '[[ ',
  ' ]]',
  '# ',
  '\0',
  '\u202E',
  'а',
  '\uD800',
  '$IFS',
  '\r',
  '!',
  '=',
  '~',
  'eval ',
  'exec ',
  'x=',
];

const joined = fc.tuple(command, fc.constantFrom('; ', ' && ', ' || ', ' | ', ' & ', '\n', ' > ', ' 2>&1 | xargs '), command).map((parts) => parts.join('')); // prettier-ignore
const wrapped = fc.tuple(fc.constantFrom('(', '{ ', 'if true; then ', 'for f in a b; do ', 'f() { ', 'eval "', 'bash -c \'', '$(', 'while read x; do ', 'x=1; '), joined, fc.constantFrom(')', '; }', '; fi', '; done', '; }; f', '"', "'", ')', '; done', '')).map((parts) => parts.join('')); // prettier-ignore

type Edit = { readonly at: number; readonly cut: number; readonly put: string };

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat(4),
  put: fc.oneof(fc.constantFrom(...TOKENS), fc.constant(''), fc.string({ unit: 'binary', maxLength: 3 })),
});

/** Text with a few places changed: most of what is interesting is almost right. */
export function mutated(text: fc.Arbitrary<string>, maxEdits = 4): fc.Arbitrary<string> {
  return fc.tuple(text, fc.array(edit, { maxLength: maxEdits })).map(([given, edits]) => edits.reduce(edited, given));
}

function edited(text: string, { at, cut, put }: Edit): string {
  const place = Math.floor(at * text.length);
  return text.slice(0, place) + put + text.slice(place + cut);
}

export const shellText: fc.Arbitrary<string> = mutated(fc.oneof(command, joined, wrapped));
