/** What an earlier step of an action changed counts for the later ones; what loses nothing is left in peace. */
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../helpers/verifies.ts';
import { judged, notesOf, PROJECT, scored, type Machine } from './world.ts';

const ALLOWED = 30;

describe(verifies('judge:earlier-arrivals'), () => {
  test.each([
    ['moved below', 'mv src node_modules/x && rm -rf node_modules'],
    ['moved into the folder', 'mv src dist && rm -rf dist'],
    ['moved into it with a slash', 'mv src dist/ && rm -rf dist/*'],
    ['several at once', 'mv lib notes dist && rm -rf dist'],
    ['named by a pattern', 'mv src/* dist/ && rm -rf dist'],
    ['named after the option', 'mv -t dist src && rm -rf dist'],
    ['renamed to what is built again', 'mv notes build && rm -rf build'],
    ['two steps', 'mv src parked && mv parked node_modules/x && rm -rf node_modules'],
    ['through a temporary folder', 'mv src /tmp/parked && mv /tmp/parked dist/x && rm -rf dist'],
    ['in a temporary folder', 'mv src /tmp/parked && rm -rf /tmp/parked'],
    ['only a part is taken', 'mv src dist/x && rm dist/x/main.ts'],
    ['below the part that is taken', 'mv notes dist/deep/notes && rm -rf dist/deep'],
    ['a search takes it', 'mv notes dist && find dist -type f -delete'],
    ['a search moves it', 'find notes -name "*.md" -exec mv {} dist \\; && rm -rf dist'],
    ['another order in a loop', 'while read l; do rm -rf dist; mv notes dist/n; done'],
    ['in the background', 'rm -rf dist & mv notes dist/n'],
    ['when the shell ends', "trap 'rm -rf dist' EXIT; mv notes dist/n"],
    ['in a function', 'f() { mv notes "$1"; }; f dist/n; rm -rf dist'],
    ['in a loop over names', 'for d in src notes; do mv $d dist; done; rm -rf dist'],
    ['in a subshell', '(cd notes && mv plan.md ../dist) ; rm -rf dist'],
    ['a variable', 'D=dist; mv notes $D/n && rm -rf $D'],
    ['mounted', 'mount --bind notes dist/n && rm -rf dist'],
    ['a device mounted', 'mount /dev/sdb1 dist/n && rm -rf dist'],
    ['copied and removed at its source', 'rsync -a --remove-source-files notes/ dist/ && rm -rf dist'],
    ['packed', 'gzip notes/plan.md && rm notes/plan.md.gz'],
    ['by a program', `python3 -c "import shutil; shutil.move('notes','dist/n'); shutil.rmtree('dist')"`],
    ['overwritten', 'mv notes/plan.md dist/plan.md && : > dist/plan.md'],
    ['cleaned', 'mv notes dist/n && git clean -fdX'],
    ['through a link', 'ln -s dist d && mv notes d/n && rm -rf dist'],
    ['to where nobody knows', 'mv notes "$WHERE" && rm -rf dist'],
  ])('%s: %s', (_, source) => {
    expect(scored(source)).toBeGreaterThan(ALLOWED);
    expect(notesOf(source).join()).toMatch(/an earlier step (?:moves|mounts) /);
  });

  test('the prompt says what came from where', () => {
    const { summary } = judged('mv src node_modules/x && rm -rf node_modules');
    expect(summary).toBe('delete node_modules (3 files, 1 with uncommitted work, 1 untracked), and 1 more step');
    expect(notesOf('mv src node_modules/x && rm -rf node_modules')).toEqual([
      'an earlier step moves `src` into `node_modules/x`, and that is counted in',
    ]);
  });

  test('what cannot be looked at counts as the worst', () => {
    const blind: Machine = { ...PROJECT, blind: ['tree'] };
    expect(scored('mv src /tmp/parked && rm -rf /tmp/parked', blind)).toBeGreaterThanOrEqual(80);
  });
}); // prettier-ignore

describe(verifies('judge:earlier-quiet'), () => {
  test.each([
    ['a copy', 'mkdir -p dist && cp -r src dist && rm -rf dist'],
    ['an installation', 'npm ci && rm -rf node_modules'],
    ['a commit', 'git add -A && git commit -m x && rm -rf dist'],
    ['a branch, a build', 'git checkout main && git pull && npm run build && rm -rf node_modules && npm ci'],
    ['a recipe', 'make clean all && rm -rf build'],
    ['an archive', 'tar xf a.tar -C dist && rm -rf dist'],
    ['deleted before', 'rm -rf dist && mv lib dist'],
    ['moved elsewhere', 'mv notes docs && rm -rf dist'],
    ['out of a temporary folder', 'mv /tmp/out dist/x && rm -rf dist'],
    ['what is built again', 'mv dist build && rm -rf build'],
    ['a part that is built again', 'mv node_modules old && rm -rf old/p'],
    ['renamed in place', 'for f in *; do mv "$f" "$f.old"; done; rm -rf dist'],
    ['a stash that is empty', 'git stash pop; rm -rf dist'],
    ['moved where git sees it', 'mv notes docs && git clean -fdX'],
  ])('%s: %s', (_, source) => {
    expect(scored(source)).toBeLessThanOrEqual(ALLOWED);
    expect(notesOf(source)).toEqual([]);
  });

  test('clean work costs what deleting clean work costs', () => {
    expect(scored('mv lib dist/x && rm -rf dist')).toBe(scored('rm -rf lib'));
  });
}); // prettier-ignore

describe(verifies('judge:earlier-git'), () => {
  const clean: Machine = { ...PROJECT, files: { 'src/a.ts': 'tracked', 'new.ts': 'untracked', 'dist/o': 'regenerable' } }; // prettier-ignore
  const stashed: Machine = { ...clean, repo: { stashes: 1 } };

  test.each([
    ['an ignore rule', 'echo notes >> .gitignore && git commit -am x && git clean -fdX'],
    ['no longer tracked', 'git rm -r --cached . && git clean -fdX'],
    ['another excludes file', 'git config core.excludesFile x && git clean -fdX'],
    ['a rule of the person', 'echo notes >> ~/.config/git/ignore && git clean -fdX'],
    ['a rule written from elsewhere', '(cd /usr && echo notes > ~/app/.gitignore); git clean -fdX'],
  ])('a clean takes more after %s: %s', (_, source) => {
    expect(scored('git clean -fdX')).toBeLessThanOrEqual(ALLOWED);
    expect(scored(source)).toBeGreaterThan(ALLOWED);
    expect(notesOf(source).join()).toContain('after which git may answer otherwise');
  });

  test('of what git tracks or ignores anyway nothing more goes', () => {
    const done: Machine = { ...PROJECT, files: { 'src/a.ts': 'tracked', 'dist/o': 'regenerable' } };
    for (const before of ['git checkout main', 'git pull', 'echo x >> .gitignore'])
      expect(scored(`${before} && git clean -fdX`, done)).toBeLessThanOrEqual(ALLOWED);
  });

  test('what only the index or the stash has is lost with a reset', () => {
    expect(scored('git reset --hard', clean)).toBeLessThanOrEqual(ALLOWED);
    expect(scored('git add -A && git reset --hard', clean)).toBeGreaterThan(ALLOWED);
    expect(scored('git add -A && git commit -m x && git reset --hard', clean)).toBeLessThanOrEqual(ALLOWED);
    const many = 'git add x; '.repeat(200);
    expect(scored(`${many} git checkout y; git commit -m x && git clean -fdX`, clean)).toBeGreaterThan(ALLOWED);
    expect(scored(`${many} git commit -m x; git clean -fdX &`, clean)).toBeGreaterThan(ALLOWED);
    expect(scored('git stash pop && git reset --hard', clean)).toBeLessThanOrEqual(ALLOWED);
    expect(scored('git stash pop && git reset --hard', stashed)).toBeGreaterThan(ALLOWED);
    expect(scored('git stash pop && rm -rf src', stashed)).toBeGreaterThan(scored('rm -rf src', stashed));
    expect(scored('git stash pop && rm -rf dist', stashed)).toBeLessThanOrEqual(ALLOWED);
    expect(scored('git reset HEAD~1 && git checkout .', clean)).toBeGreaterThan(ALLOWED);
  });

  test('without its repository a clean folder is lost', () => {
    expect(scored('mv .git /tmp/g && rm -rf lib')).toBeGreaterThan(scored('rm -rf lib'));
  });

  test('the branch that is pushed is the one that was switched to', () => {
    const feature: Machine = { ...clean, repo: { branch: 'feature' } };
    expect(scored('git checkout main && git push -f', feature)).toBeGreaterThanOrEqual(scored('git push -f', clean));
    expect(scored('git push -f', feature)).toBeLessThan(scored('git push -f', clean));
    expect(scored('git checkout feature; git push -f', clean)).toBeGreaterThanOrEqual(scored('git push -f', clean));
    expect(scored('git checkout -b feature && git push -f', clean)).toBeLessThan(scored('git push -f', clean));
    expect(scored('git checkout -b feature || true && git push -f', clean)).toBeGreaterThanOrEqual(scored('git push -f', clean));
    expect(scored('git switch $B && git push -f', feature)).toBeGreaterThanOrEqual(scored('git push -f', clean));
  });

  test('commits that would be lost are counted anew', () => {
    const lost = 'git.force-push/lost-commits';
    const rules = (source: string) => judged(source, clean).findings.map(({ rule }) => rule);
    expect(rules('git push -f origin x')).not.toContain(lost);
    for (const before of ['git fetch', 'git reset --hard HEAD~2', 'git remote set-url origin u'])
      expect(rules(`${before} && git push -f origin x`)).toContain(lost);
  });

  test('what is amended is dropped as well', () => {
    const amended: Machine = { ...clean, lost: { x: 0, 'x~1': 1 } };
    const push = 'git push --force-with-lease origin x';
    expect(judged(`git commit --amend && ${push}`, amended).summary).toContain('dropping 1 commit');
    expect(scored(`git commit --amend && ${push}`, amended)).toBeLessThanOrEqual(ALLOWED);
    for (const before of ['git fetch', 'git reset --hard HEAD~2', 'git config remote.origin.url u', 'git fetch && git commit --amend'])
      expect(scored(`${before} && ${push}`, amended)).toBeGreaterThan(ALLOWED);
  });
}); // prettier-ignore
