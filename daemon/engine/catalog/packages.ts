/** Package managers: what they install, run, publish and take back. */
import type { Catalog, Condition, Rule } from './entry.ts';
import { does, draft, flag, has, hasOperands, nothing, when } from './rules.ts';
import { otherIndexes } from './package-indexes.ts';
import { operands, optionNames, union } from './targets.ts';

/** A repository named on the command line is where the code comes from. */
const sources = union(operands('package'), optionNames('package', 'git'));
const installs: Rule = (call) => [draft('package.install', [...sources(call), ...otherIndexes(call)], has('global', 'g')(call) ? { bulk: true } : {})]; // prettier-ignore
const fetches = does('package.install', union(operands('package'), otherIndexes));
const removes = nothing;
const projectCode = does('code.run');
const publishes = does('package.publish', operands('package'), { remote: true, force: flag('force') });
const unpublishes = does('package.unpublish', operands('package'), { remote: true, force: flag('force') });
const changesAccount = does('account.change', operands('account'), { remote: true });

/** Package managers of Node take the word behind a switch for its value. */
const rehearsed: Condition = (call) =>
  has('dry-run')(call) && !call.operation.argv.some((word, index) => word === 'false' && /^(?:--dry-run|-n)$/.test(call.operation.argv[index - 1] ?? '')); // prettier-ignore

const PUBLISHES = { options: 'n|dry-run tag= access= otp= force r|repository= u|username= p|password= t|token=', dryRun: rehearsed, effects: publishes } as const; // prettier-ignore

const NODE: Catalog = {
  'ls list ll la view info show v search outdated fund explain why audit bin root prefix ping whoami help docs doctor query pack completion version config get diff licenses store help-search repo bugs': { effects: nothing }, // prettier-ignore
  'install i add ci isntall clean-install install-test it update up upgrade link rebuild dedupe import': { options: 'g|global D|save-dev S|save E|save-exact prefix= w|workspace= F|filter= C= registry=', effects: installs }, // prettier-ignore
  'uninstall remove rm un prune': { effects: removes },
  'run run-script test t tst start stop restart exec x dlx create init rum': { style: 'posix', options: 'p|package= c|call= w|workspace= s|silent', effects: projectCode }, // prettier-ignore
  publish: PUBLISHES,
  'unpublish deprecate': { options: 'f|force n|dry-run', dryRun: has('dry-run'), effects: unpublishes },
  'login logout adduser': { effects: nothing },
  // What it shows of oneself harms nobody; the address and the password are the account.
  profile: { effects: changesAccount, commands: { get: { effects: nothing }, 'enable-2fa enable-tfa': { effects: does('net.send', undefined, { remote: true }) }, set: { effects: when(({ args }) => /^(?:fullname|homepage|freenode|twitter|github)$/.test(args.operands[0]?.text ?? ''), does('net.send', operands('account', 0, 1), { remote: true }), changesAccount) } } }, // prettier-ignore
  'owner access team token dist-tag org': { effects: changesAccount, commands: { 'list ls get': { effects: nothing } } }, // prettier-ignore
  set: { effects: does('file.write') },
  cache: { effects: nothing },
};

const PYTHON: Catalog = {
  'list show freeze check search download wheel hash config index inspect debug help cache tree version': {
    effects: nothing,
  },
  'install add sync upgrade update lock': { options: 'r|requirement= e|editable= i|index-url= extra-index-url= f|find-links= index= default-index= torch-backend= t|target= user c|constraint=', effects: installs }, // prettier-ignore
  'uninstall remove': { effects: removes },
};

const SYSTEM_MANAGER: Catalog = {
  'list search show info policy depends rdepends madison showpkg outdated deps uses leaves config doctor home desc log cat formulae casks services-list check-update repolist history provides whatprovides': { effects: nothing }, // prettier-ignore
  'update refresh makecache tap': { effects: does('net.fetch') },
  'install upgrade dist-upgrade full-upgrade reinstall add in build-dep localinstall groupinstall': { options: 'y|yes|assume-yes t|target-release= cask s|simulate|dry-run', dryRun: has('dry-run', 'simulate'), effects: installs }, // prettier-ignore
  'remove purge autoremove erase uninstall rm del zap': { options: 'y|yes|assume-yes s|simulate|dry-run', dryRun: has('dry-run'), effects: does('system.change', operands('package'), { force: flag('yes', 'assume-yes') }) }, // prettier-ignore
  'clean autoclean cleanup download fetch source': { effects: nothing },
  services: { effects: does('system.change') },
};

export const packages: Catalog = {
  'npm pnpm cnpm': { options: 'C=|dir= prefix= registry= loglevel= silent w|workspace= F|filter= r|recursive', commands: NODE, effects: projectCode }, // prettier-ignore
  'yarn bun': {
    options: 'cwd=',
    commands: { ...NODE, workspace: { effects: projectCode }, 'npm': { commands: { publish: PUBLISHES, 'unpublish deprecate': { options: 'f|force n|dry-run', dryRun: has('dry-run'), effects: unpublishes }, 'tag login logout whoami info': { effects: nothing } } }, 'pm': { effects: nothing } },
    effects: when(hasOperands, projectCode, fetches),
  }, // prettier-ignore
  'npx bunx pnpx uvx pipx': {
    options: 'p|package= c|call= y|yes q from=',
    style: 'posix',
    effects: [fetches, does('code.run', operands('package', 0, 1))],
    commands: { list: { effects: nothing }, 'install upgrade': { effects: installs }, uninstall: { effects: nothing } },
  },
  'pip conda mamba micromamba pipenv poetry pdm hatch rye pixi easy_install': {
    options: 'n|name= p|prefix= y|yes c|channel= q v',
    commands: {
      ...PYTHON,
      'run shell build env create activate init info': { effects: projectCode },
      publish: PUBLISHES,
    },
    effects: projectCode,
  },
  uv: {
    options: 'project= directory= q v',
    style: 'gnu',
    commands: { ...PYTHON, pip: { commands: PYTHON, effects: nothing }, 'run tool build venv init python self': { style: 'posix', effects: projectCode }, export: { effects: nothing }, publish: PUBLISHES }, // prettier-ignore
    effects: projectCode,
  },
  twine: { commands: { check: { effects: nothing }, upload: PUBLISHES } },
  cargo: {
    options: 'manifest-path= p|package= F|features= target= j|jobs= Z= color= profile= config=',
    commands: {
      'tree metadata search info locate-project verify-project pkgid version help fmt doc login logout generate-lockfile': { effects: nothing },
      'install add update fetch vendor': { options: 'git= branch= tag= rev= path= registry= root= version= locked force', effects: installs },
      'build b check c test t run r bench clippy fix clean nextest miri expand watch new init package': { effects: projectCode },
      'remove uninstall': { effects: removes },
      publish: { options: 'n|dry-run token= allow-dirty', dryRun: has('dry-run'), effects: publishes },
      yank: { effects: unpublishes },
      owner: { effects: changesAccount },
    },
    effects: projectCode,
  }, // prettier-ignore
  'gem bundle bundler': {
    commands: { 'list search info which environment outdated contents check show specification': { effects: nothing }, 'install update add': { effects: installs }, push: PUBLISHES, yank: { effects: unpublishes }, owner: { effects: changesAccount }, 'exec build open': { effects: projectCode } }, // prettier-ignore
    effects: projectCode,
  },
  dotnet: {
    commands: {
      nuget: { commands: { push: PUBLISHES, delete: { effects: unpublishes } }, effects: nothing },
      'add restore tool': { effects: installs },
    },
    effects: projectCode,
  },
  'composer cpan cpanm luarocks opam cabal stack hex nuget conan vcpkg carthage': {
    commands: { 'show list search info outdated validate why licenses': { effects: nothing }, 'install require update add get restore deps.get': { effects: installs }, 'remove uninstall': { effects: removes }, 'push publish upload hex.publish': PUBLISHES, 'delete hex.retire': { effects: unpublishes }, global: { commands: { 'require update': { effects: installs } }, effects: projectCode } }, // prettier-ignore
    effects: projectCode,
  },
  'apt apt-get aptitude dnf yum microdnf zypper apk brew snap flatpak port pkg choco winget scoop emerge nix-env': { options: 'y|yes|assume-yes q|quiet s|simulate|dry-run', commands: SYSTEM_MANAGER, effects: does('system.change') }, // prettier-ignore
  'pacman yay paru': { effects: (call) => (has('Q', 'Ss', 'Si')(call) ? [] : has('R')(call) ? [draft('system.change', operands('package')(call))] : installs(call)) }, // prettier-ignore
  'dpkg rpm': { options: 'i|install r|remove P|purge l|list L|listfiles s|status S|search e|erase q|query U|upgrade V', effects: when(has('install', 'upgrade'), installs, when(has('remove', 'purge', 'erase'), does('system.change', operands('package')), nothing)) }, // prettier-ignore
  'apt-cache apt-mark apt-file dpkg-query apt-config repoquery pkg-config nix nvm fnm volta rbenv pyenv nodenv asdf mise rustup sdk corepack': { effects: nothing }, // prettier-ignore
  'apt-key add-apt-repository': { effects: does('system.change') },
  'semantic-release release-it np goreleaser changeset lerna': {
    options: 'n|dry-run|dry-run snapshot d',
    dryRun: has('dry-run', 'snapshot', 'd'),
    effects: when(({ args, operation }) => ['publish', 'release'].includes(args.operands[0]?.text ?? '') || ['semantic-release', 'np', 'release-it'].includes(operation.program), publishes, projectCode),
  }, // prettier-ignore
};
