/** Migration tools of frameworks and libraries: steps forward, steps back, and what empties the database. */
import type { EffectDraft } from '../types.ts';
import type { Call, Catalog, Entry, Rule } from './entry.ts';
import { environmentOf, graverEnvironment } from './environment.ts';
import { hostOf } from './network.ts';
import { draft, has, nothing, when } from './rules.ts';
import { callEnvironment } from './verbs.ts';

/** The policy knows steps forward by this name. */
const PENDING = [{ kind: 'database' as const, name: 'pending migrations' }];

/** Variables in which these tools look for their database. */
const ADDRESSES = /^(?:\w+_)?(?:DATABASE|DB|POSTGRES|MYSQL|MONGO|PG|DATASOURCE|FLYWAY|LIQUIBASE_COMMAND|DIRECT)_?(?:URL|URI|HOST|DSN|STRING|DBSTRING|NAME)$/; // prettier-ignore

const where = (call: Call) => {
  const addresses = Object.entries(call.operation.env).flatMap(([name, value]) =>
    ADDRESSES.test(name) ? [value, hostOf(value)] : [],
  );
  const environment = graverEnvironment(callEnvironment(call), environmentOf(addresses));
  return environment === undefined ? {} : { environment };
};

const migratesForward: Rule = (call) => [draft('db.admin', PENDING, where(call))];
/** Undoing a step drops the columns and tables it had made. */
const stepsBack: Rule = (call) => [draft('db.drop', [{ kind: 'database', name: 'the last migrations' }], where(call))];
const empties: Rule = (call) => [
  draft('db.drop', [], { ...where(call), bulk: true, ...(has('force', 'yes')(call) ? { force: true } : {}) }),
];
const looks: Rule = () => [draft('db.read')];
const generates: Rule = () => [draft('file.write')];

const OPTIONS = 'env= e= environment= n|name= config= c= schema= f|force y|yes url= database= d= to= from= knexfile= migrations-dir= path= dialect= out= driver='; // prettier-ignore

const LOOKS = 'status show info list history current heads branches check validate version plan';
const MAKES = 'generate create new make revision migrate:make migration:generate migration:create make:migration init init:config baseline stamp'; // prettier-ignore
const FORWARD = 'migrate up upgrade apply run deploy latest update push redo sync migrate:latest migrate:up db:migrate migration:run db:push'; // prettier-ignore
const BACK = 'down downgrade rollback undo revert migrate:rollback migrate:down db:migrate:undo db:rollback migration:revert redo-last step rollback-count rollback-to-date'; // prettier-ignore
const EMPTIES = 'reset drop fresh clean drop-all dropAll destroy wipe schema:drop db:drop db:reset db:migrate:undo:all migrate:reset migrate:fresh migrate:rollback-all'; // prettier-ignore

const STEPS: Catalog = {
  [LOOKS]: { effects: looks },
  [`${MAKES} introspect pull diff studio dump snapshot`]: { effects: generates },
  [FORWARD]: { effects: when(has('force-reset', 'accept-data-loss', 'drop', 'fresh'), empties, migratesForward) },
  [BACK]: { effects: when(has('all'), empties, stepsBack) },
  [EMPTIES]: { effects: empties },
  'seed db:seed seed:run seeds': { effects: (call) => [draft('db.write', [], where(call))] },
};

const DRY = 'dry-run sql show-sql dryRun';
const runner: Entry = {
  options: `${OPTIONS} ${DRY} all`,
  dryRun: has('dry-run', 'sql', 'dryRun'),
  commands: {
    ...STEPS,
    'migration migrations schema db database migrate-db': { commands: STEPS, effects: migratesForward },
  },
  effects: migratesForward,
};

export const migrations: Catalog = {
  prisma: {
    options: 'schema= name= f|force skip-seed skip-generate create-only accept-data-loss force-reset',
    commands: {
      'generate format validate studio version init': { effects: generates },
      migrate: {
        commands: {
          'status diff': { effects: looks },
          resolve: { effects: migratesForward },
          reset: { effects: empties },
          dev: { effects: when(has('create-only'), generates, migratesForward) },
          deploy: { effects: migratesForward },
        },
        effects: migratesForward,
      },
      db: {
        commands: {
          pull: { effects: generates },
          push: { effects: when(has('force-reset', 'accept-data-loss'), empties, migratesForward) },
          seed: { effects: (call) => [draft('db.write', [], where(call))] },
          execute: { effects: () => [draft('code.opaque')] },
        },
        effects: migratesForward,
      },
    },
    effects: () => [draft('code.run')],
  },
  'sequelize sequelize-cli knex typeorm alembic flyway liquibase dbmate goose atlas drizzle-kit diesel sqlx mikro-orm mikro-orm-esm yoyo sqitch migrate golang-migrate pgroll ecto refinery db-migrate node-pg-migrate tern':
    runner,
};

/** Tasks of web frameworks: `rails db:migrate`, `manage.py migrate`, `artisan migrate`, `mix ecto.migrate`. */
const TASKS: readonly (readonly [RegExp, Rule])[] = [
  [/^(?:db:(?:drop|reset|wipe|purge|truncate\w*|migrate:reset|schema:load|structure:load|setup:reset)(?::\w+)?|migrate:(?:fresh|reset|refresh)|flush|sqlflush|reset_db|reset_schema|ecto\.(?:drop|reset))$/, empties], // prettier-ignore
  [/^(?:db:rollback(?::\w+)?|db:migrate:down|migrate:rollback|ecto\.rollback)$/, stepsBack],
  [/^(?:db:migrate(?::(?:up|redo|primary|\w+))?|db:prepare|db:setup|migrate|ecto\.migrate|db:schema:migrate)$/, migratesForward],
  [/^(?:db:seed(?::\w+)?|loaddata)$/, (call) => [draft('db.write', [], where(call))]],
]; // prettier-ignore

const rehearses = ({ args }: Call): boolean =>
  ['plan', 'pretend', 'dry-run'].some((name) => args.options.has(name) || args.operands.some(({ text }) => text === `--${name}`)); // prettier-ignore

/** Models of which all rows go, in code on the command line. */
const EMPTIES_MODEL =
  /\b(?:delete_all|destroy_all|deleteMany|drop_table)\b|\bobjects(?:\.\w+\([^()]*\))*\.delete\(|::truncate\(/;

/** `rails runner CODE`, `manage.py shell -c CODE`; a database prompt that is fed does what nobody has read. */
function consoleEffects(call: Call): readonly EffectDraft[] {
  const { argv, stdin } = call.operation;
  const isPrompt = argv.some((word) => /^(?:dbconsole|db|dbshell)$/.test(word));
  const isFed = stdin.kind !== 'inherited' || argv.includes('--');
  return [
    ...(argv.some((word) => EMPTIES_MODEL.test(word)) ? [draft('db.delete', [], where(call))] : []),
    ...(isPrompt && isFed ? [draft('code.opaque')] : []),
  ];
}

/** Django takes a migration to go back to; `zero` undoes all of an app. */
export const frameworkTask: Rule = (call) => {
  if (rehearses(call)) return [];
  const words = call.args.operands.map(({ text }) => text);
  const task = words.flatMap((text) => TASKS.find(([pattern]) => pattern.test(text))?.[1] ?? [])[0] ?? nothing;
  return [...(task === migratesForward && words.includes('zero') ? empties : task)(call), ...consoleEffects(call)];
};
