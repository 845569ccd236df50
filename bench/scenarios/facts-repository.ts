/** A repository of ordinary size with work, packages and caches in it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const TRACKED = 600;
const PACKAGES = 3_000;

/** As many as a large Python project has. */
export const CACHES: readonly string[] = Array.from({ length: 132 }, (_, index) => `py/mod-${index}/__pycache__`);

const IGNORED = 'node_modules/\n__pycache__/\n*.log\ndist/\n';

export function factsRepository(root: string): string {
  const git = (...args: readonly string[]): void => {
    execFileSync('git', [...args], { cwd: root, stdio: 'ignore', env: { ...process.env, HOME: root, GIT_CONFIG_NOSYSTEM: '1' } }); // prettier-ignore
  };
  const write = (name: string, text: string): void => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    // What was written in the second of the commit is compared by content from then on; ordinary files are older.
    utimesSync(path, LONG_AGO, LONG_AGO);
  };
  mkdirSync(root, { recursive: true });
  git('init', '-q', '-b', 'main');
  for (const [name, text] of trackedFiles()) write(name, text);
  git('add', '-A');
  git('-c', 'user.name=bench', '-c', 'user.email=bench@example.org', 'commit', '-q', '-m', 'first');
  for (let index = 0; index < PACKAGES; index++) write(`node_modules/pkg-${index % 150}/lib/${index}.js`, `// ${index}\n`); // prettier-ignore
  for (const folder of CACHES) for (const name of ['a', 'b', 'c']) write(`${folder}/${name}.cpython-312.pyc`, 'bytes');
  write('dist/app.js', 'built\n');
  write('src/changed.ts', 'export const changed = 2;\n// more\n');
  write('src/new.ts', 'export const fresh = 1;\n');
  return root;
}

const LONG_AGO = new Date(Date.now() - 3_600_000);

function trackedFiles(): readonly (readonly [string, string])[] {
  const parts = Array.from({ length: TRACKED }, (_, index) => {
    return [
      `lib/part-${index % 20}/file-${Math.floor(index / 20)}.ts`,
      `export const n${index} = ${index};\n`,
    ] as const;
  });
  const modules = CACHES.map((folder, index) => [`${dirname(folder)}/main.py`, `n = ${index}\n`] as const);
  return [
    ['.gitignore', IGNORED],
    ['package.json', '{}\n'],
    ['package-lock.json', '{}\n'],
    ['pyproject.toml', '[project]\n'],
    ['src/changed.ts', 'export const changed = 1;\n'],
    ['src/kept.ts', 'export const kept = 1;\n'],
    ...parts,
    ...modules,
  ];
}
