/** MongoDB scripts and Redis commands, by the calls they name. */
import type { EffectAttributes } from '../../../protocol/effect.ts';
import type { EffectDraft } from '../types.ts';
import { openPrompt, opaqueSql, type Place } from './database-sql.ts';
import type { Call } from './entry.ts';
import { draft, has, operandText, optionText } from './rules.ts';

const MONGO_DROPS = /\.(?:drop|dropDatabase|dropCollection)\s*\(|\bdropDatabase\b|["']?dropDatabase["']?\s*:/;
const MONGO_DELETES = /\.(?:remove|deleteMany|deleteOne|findOneAndDelete|findAndModify)\s*\(/;
/** Takes at most one document, or names it. */
const MONGO_ONE =
  /\.(?:deleteOne|findOneAndDelete)\s*\(|\.(?:remove|deleteMany)\s*\(\s{0,40}\{\s{0,40}["']?_?id["']?\s{0,40}:/;
const MONGO_WRITES =
  /\.(?:insert\w*|update\w*|replaceOne|bulkWrite|save|findOneAnd\w+|renameCollection|createCollection)\s*\(/;
const MONGO_ADMIN = /\.(?:createUser|dropUser|grantRolesToUser|updateUser|shutdownServer|adminCommand|runCommand|createIndex\w*|dropIndex\w*)\s*\(/; // prettier-ignore
/** `deleteMany({})` and `remove()` take everything. */
const NO_FILTER = /\.(?:remove|deleteMany|updateMany)\s*\(\s{0,40}(?:\{\s{0,40}\}\s{0,40})?[,)]/;
const MONGO_READS =
  /\.(?:find\w*|count\w*|aggregate|distinct|stats|getCollection\w*|explain|getIndexes|hello|version)\s*\(|^\s*show\s|^\s*use\s/;

export function mongoSource(source: string, place: Place): readonly EffectDraft[] {
  const where: EffectAttributes = place.environment === undefined ? {} : { environment: place.environment };
  const hasFilter = !NO_FILTER.test(source);
  const filtered = { ...where, hasFilter, ...(hasFilter ? {} : { bulk: true }) };
  if (MONGO_DROPS.test(source)) return [draft('db.drop', place.targets, { ...where, bulk: true })];
  if (MONGO_DELETES.test(source)) return [draft('db.delete', place.targets, { ...filtered, ...(hasFilter && MONGO_ONE.test(source) ? { byKey: true } : {}) })]; // prettier-ignore
  if (MONGO_WRITES.test(source)) return [draft('db.write', place.targets, filtered)];
  if (MONGO_ADMIN.test(source)) return [draft('db.admin', place.targets, where)];
  return MONGO_READS.test(source) ? [draft('db.read', place.targets)] : opaqueSql(place);
}

export function mongoEffects(call: Call, place: Place): readonly EffectDraft[] {
  const script = optionText(call, 'eval');
  if (script !== undefined) return mongoSource(script, place);
  const { stdin } = call.operation;
  if (stdin.kind === 'text') return mongoSource(stdin.text.text, place);
  const piped = stdin.kind === 'pipe' || stdin.kind === 'file' || stdin.stdin === 'pipe';
  return piped || has('file')(call) || operandText(call, -1)?.endsWith('.js') === true
    ? opaqueSql(place)
    : stdin.kind === 'inherited'
      ? openPrompt(stdin.stdin, place)
      : [draft('db.read')];
}

const REDIS_READS = /^(?:get|mget|exists|keys|scan|[hsz]scan|ttl|pttl|type|h(?:get|getall|mget|keys|vals|len)|l(?:range|len|index)|s(?:members|card|ismember)|z(?:range|card|score|rank|revrange)|info|ping|dbsize|monitor|memory|strlen|client|cluster|latency|slowlog|time|echo|object|command|role|lastsave|xrange|xlen|xinfo|subscribe|select)$/i; // prettier-ignore

export function redisEffects(call: Call, place: Place): readonly EffectDraft[] {
  const where: EffectAttributes = place.environment === undefined ? {} : { environment: place.environment };
  const command = operandText(call, 0);
  if (command === undefined) {
    const { stdin } = call.operation;
    return stdin.kind === 'inherited' && stdin.stdin !== 'pipe' ? openPrompt(stdin.stdin, place) : opaqueSql(place, { piped: true }); // prettier-ignore
  }
  const keys = call.args.operands.slice(1).map(({ text }) => ({ kind: 'table' as const, name: text }));
  if (/^flush(?:all|db)$/i.test(command)) return [draft('db.drop', place.targets, { ...where, bulk: true })];
  if (/^(?:[gh]?del|unlink|getdel|[ls]?rem|zrem\w*|lpop|rpop|spop|xdel|xtrim)$/i.test(command)) return [draft('db.delete', keys, where)]; // prettier-ignore
  if (/^(?:eval\w*|fcall\w*|script|function|module)$/i.test(command) || has('eval')(call)) return opaqueSql(place);
  if (/^config$/i.test(command)) return [draft(/^get$/i.test(operandText(call, 1) ?? '') ? 'db.read' : 'db.admin', [], where)]; // prettier-ignore
  if (/^(?:shutdown|debug|slaveof|replicaof|acl|bgsave|save|bgrewriteaof|failover|swapdb|migrate)$/i.test(command)) return [draft('db.admin', [], where)]; // prettier-ignore
  return [draft(REDIS_READS.test(command) ? 'db.read' : 'db.write', keys, where)];
} // prettier-ignore
