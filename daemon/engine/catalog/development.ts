/** Compilers, test runners, formatters, interpreters: code the project owns. */
import type { Catalog, Rule } from './entry.ts';
import { does, draft, has, nothing, operandText, optionText, reads, when, writes } from './rules.ts';
import { frameworkTask } from './migrations.ts';
import { otherIndexes } from './package-indexes.ts';
import { operands, optionPaths, paths, union } from './targets.ts';
import { byVerb, family } from './verbs.ts';

const projectCode = does('code.run');

/** `python manage.py flush` is a task of a framework, `python x.py flush` is not known to be one. */
const FRAMEWORK = /(?:^|\/)(?:manage\.py|artisan|rails|rake|console|django-admin)$/;

/** A file is the project's code; code on the command line was read before; a pipe nobody has seen. */
const interprets: Rule = (call) => {
  const { stdin, ownEffects } = call.operation;
  if (FRAMEWORK.test(operandText(call, 0) ?? '')) return [draft('code.run', paths(0, 1)(call)), ...frameworkTask(call)];
  // What could be read of the program has been said already.
  if (ownEffects.length > 0) return [];
  const asked = has('version', 'V', 'help', 'h')(call) && call.args.operands.length === 0;
  if (asked) return [];
  if (has('code', 'module', 'm')(call)) return [draft('code.run')];
  const script = call.args.operands[0];
  if (script !== undefined && script.text !== '-') return [draft('code.run', paths(0, 1)(call))];
  const unseen = stdin.kind === 'pipe' || (stdin.kind === 'inherited' && stdin.stdin === 'pipe');
  return unseen ? [draft('code.opaque', [], { piped: true })] : [draft('code.run')];
};

export const development: Catalog = {
  'make gmake cmake ninja meson bazel bazelisk buck buck2 ant just task mage scons waf nx turbo lage rush moon pants tox nox invoke fab cmake-build ctest xcodebuild swift msbuild': { options: 'n|dry-run|just-print f|file= C|directory= j|jobs=?', dryRun: has('just-print'), effects: projectCode }, // prettier-ignore
  go: {
    commands: {
      'version env list doc help vet fmt tool mod work telemetry': { effects: nothing },
      'get install': { effects: does('package.install', union(operands('package'), otherIndexes)) },
      'build run test generate bench clean fix': { effects: projectCode },
    },
    effects: projectCode,
  },
  'jest vitest mocha ava tap jasmine karma pytest py.test unittest rspec minitest phpunit pest busted bats playwright cypress puppeteer wdio nightwatch storybook docusaurus cross-env dotenv nodemon concurrently husky lint-staged wireit nps tsx ts-node vite webpack rollup esbuild parcel swc babel next nuxt astro remix gatsby ng vue svelte-kit react-scripts expo-cli metro jekyll hugo eleventy mkdocs sphinx-build sphinx-autobuild mdbook jupyter ipython flask uvicorn gunicorn celery streamlit gradio php-fpm symfony elixir iex': { effects: projectCode }, // prettier-ignore
  'tsc eslint oxlint biome stylelint tslint flow mypy pyright pylint flake8 pycodestyle bandit vulture shellcheck shfmt hadolint yamllint markdownlint markdownlint-cli2 cspell codespell commitlint knip depcheck madge tsd golangci-lint staticcheck gofmt goimports gopls rubocop clang-tidy cppcheck rustc gcc g++ clang clang++ cc c++ ld ar as nasm javac kotlinc scalac ghc protoc buf swiftc swiftlint swiftformat zig nim gleam ocaml dune coverage nyc c8 pre-commit pandoc pdflatex latexmk typst dot plantuml mmdc convert magick ffmpeg sox yt-dlp asciinema vhs hyperfine perf strace ltrace gdb lldb valgrind dtrace bpftrace': { options: 'o|output=', effects: writes(optionPaths('output'), { overwrite: true }) }, // prettier-ignore
  'rails rake artisan django-admin mix': { effects: [projectCode, frameworkTask] },
  'prettier black isort autopep8 yapf ruff clang-format dprint rustfmt terraform-fmt djlint taplo stylua': { effects: when(has('write', 'w', 'fix', 'in-place'), writes(paths()), reads(paths())) }, // prettier-ignore
  'python pypy': { options: 'c|code= m|module= W= X= u B E I O s S i', style: 'posix', effects: interprets },
  'node nodejs deno': { options: 'e|eval|code= p|print|code= r|require= input-type= loader= import= c|check test watch env-file=', style: 'posix', effects: interprets, commands: { publish: { options: 'dry-run allow-dirty token=', dryRun: has('dry-run'), effects: does('package.publish', undefined, { remote: true }) }, 'run task test': { effects: projectCode }, 'fmt lint check info doc': { effects: nothing }, inspect: { effects: projectCode } } }, // prettier-ignore
  'ruby perl php lua luajit Rscript R julia osascript tclsh groovy scala kotlin clojure racket guile sbcl swipl octave': { options: 'e|E|code= r|code= c|check I= M= n p l a i=? w v|version jar= cp=', style: 'posix', effects: interprets }, // prettier-ignore
  /** A client in a JAR is told by its verbs like any other. */
  java: {
    style: 'long',
    options: 'jar= cp= classpath= class-path= D= s= auth= user= i= module-path= p= m=',
    effects: when((call) => /-cli[\w.-]*\.jar$/.test(optionText(call, 'jar') ?? ''), byVerb(family('cloud')), when(has('version', 'help', 'showversion'), nothing, projectCode)),
  }, // prettier-ignore
  'sh bash zsh dash ksh fish ash tcsh csh busybox source . cmd': { style: 'posix', options: 'c|code= o= O=', effects: interprets }, // prettier-ignore
  'pwsh powershell': { style: 'long', options: 'Command|c|code= File|f= EncodedCommand|e|ec|enc|encoded= NoProfile ExecutionPolicy=', effects: when(has('encoded'), does('code.opaque'), interprets) }, // prettier-ignore
  'tmux screen zellij': { effects: (call) => (/^(?:if-shell|source-file|pipe-pane|respawn-)/.test(operandText(call, 0) ?? '') ? [draft('code.opaque')] : []) }, // prettier-ignore
  /** An agent's client: what it asks before, which plugins it loads and whom it trusts is changed by its own commands. */
  'claude codex gemini copilot aider cursor-agent opencode goose-cli amp copilot-cli openclaw': {
    effects: projectCode,
    commands: {
      'config settings hooks hook plugins plugin features extensions mcp': {
        effects: projectCode,
        commands: {
          'list ls get show info status inspect search validate doctor file path schema': { effects: nothing },
          'set unset patch edit add install update enable disable remove rm uninstall delete import link migrate trust untrust reset': { effects: [projectCode, does('persistence.add', operands('resource'))] }, // prettier-ignore
        },
      },
    },
  },
};
