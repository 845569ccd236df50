/** Which ignored folders and files can be made again, and from what. */
import type { FileState } from './counts.ts';

export type Regenerable = {
  readonly name: RegExp;
  /** `packages`: other people's files, whatever they are called. `output`: keys and databases in it stay precious. */
  readonly holds: 'packages' | 'output';
  /** One of these beside it, or above it in the repository. */
  readonly anyOf: readonly string[];
};

const NODE_LOCKS = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];
const PYTHON = ['pyproject.toml', 'requirements.txt', 'uv.lock', 'poetry.lock', 'Pipfile', 'Pipfile.lock', 'setup.py', 'setup.cfg', 'environment.yml']; // prettier-ignore
const GRADLE = ['build.gradle', 'build.gradle.kts', 'settings.gradle', 'settings.gradle.kts'];
const BUILDS = ['package.json', 'pyproject.toml', 'setup.py', 'Makefile', 'CMakeLists.txt', 'meson.build', 'Cargo.toml', 'go.mod', 'pom.xml', 'Rakefile', 'Gemfile', 'composer.json', 'mix.exs', 'Package.swift', 'pubspec.yaml', 'BUILD.bazel', 'justfile', ...GRADLE]; // prettier-ignore

export const REGENERABLE: readonly Regenerable[] = [
  { name: /^node_modules$/u, holds: 'packages', anyOf: NODE_LOCKS },
  { name: /^(?:bower_components|jspm_packages)$/u, holds: 'packages', anyOf: ['bower.json', 'package.json'] },
  { name: /^(?:\.venv|venv|env|\.tox|\.nox|__pypackages__)$/u, holds: 'packages', anyOf: PYTHON },
  { name: /^(?:\.eggs|[^/]+\.egg-info)$/u, holds: 'packages', anyOf: PYTHON },
  { name: /^target$/u, holds: 'output', anyOf: ['Cargo.toml', 'pom.xml', 'build.sbt'] },
  { name: /^vendor$/u, holds: 'packages', anyOf: ['composer.lock', 'go.mod', 'Gemfile.lock', 'Cargo.lock'] },
  { name: /^\.bundle$/u, holds: 'output', anyOf: ['Gemfile.lock'] },
  { name: /^\.terraform$/u, holds: 'packages', anyOf: ['.terraform.lock.hcl'] },
  { name: /^\.gradle$/u, holds: 'output', anyOf: GRADLE },
  { name: /^(?:Pods|\.build)$/u, holds: 'packages', anyOf: ['Podfile.lock', 'Package.resolved', 'Package.swift'] },
  { name: /^(?:deps|_build)$/u, holds: 'output', anyOf: ['mix.lock', 'mix.exs', 'rebar.config', 'dune-project'] },
  { name: /^(?:__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.hypothesis|\.ipynb_checkpoints|htmlcov)$/u, holds: 'output', anyOf: [...PYTHON, ...BUILDS] }, // prettier-ignore
  { name: /\.py[cod]$/u, holds: 'output', anyOf: [...PYTHON, ...BUILDS] },
  { name: /^(?:dist|build|out|lib|bin|obj|coverage|\.nyc_output|storybook-static|generated)$/u, holds: 'output', anyOf: BUILDS }, // prettier-ignore
  { name: /^(?:\.next|\.nuxt|\.output|\.svelte-kit|\.turbo|\.cache|\.parcel-cache|\.vite|\.angular|\.docusaurus|\.astro|\.vercel|\.netlify|\.expo)$/u, holds: 'output', anyOf: BUILDS }, // prettier-ignore
  { name: /^cmake-build-[^/]+$/u, holds: 'output', anyOf: ['CMakeLists.txt'] },
  { name: /\.(?:tsbuildinfo|o|obj|class|gcda|gcno)$/u, holds: 'output', anyOf: BUILDS },
];

export type RegenerableHit = Regenerable & {
  /** The folder that holds the matching name, relative to the root; empty for the root itself. */
  readonly beside: string;
};

/** @param path relative to the root of the repository; the outermost name that is known decides. */
export function regenerableHit(path: string): RegenerableHit | undefined {
  const parts = path.split('/').filter((part) => part !== '');
  for (const [index, part] of parts.entries()) {
    const entry = REGENERABLE.find(({ name }) => name.test(part));
    if (entry !== undefined) return { ...entry, beside: parts.slice(0, index).join('/') };
  }
  return undefined;
}

/** Of what lies in a proven entry. */
export function stateWithin({ holds }: RegenerableHit): FileState {
  return holds === 'packages' ? 'regenerable-packages' : 'regenerable-output';
}
