/** Tools that reach people, move money and change accounts. */
import type { EffectAttributes } from '../../../../protocol/effect.ts';
import { requestEffects } from '../network.ts';
import { verbKind } from '../verbs.ts';
import { gravest, named, on, targetsOf, urlsOf, type ToolCall, type ToolEffects, type ToolRule } from './call.ts';

const AMOUNTS = ['amount', 'amountcents', 'amountincents', 'amountminor', 'value', 'total', 'totalamount', 'price', 'sum', 'quantity']; // prettier-ignore
const CENTS = ['amountcents', 'amountincents', 'amountminor'];

/** How much money, in whole units; payment services count in cents. */
function money({ args, domain }: ToolCall): EffectAttributes {
  const amount = args.number(...AMOUNTS);
  const inCents = args.number(...CENTS) !== undefined || /\bstripe\b/.test(domain);
  const [currency] = args.texts('currency', 'currencycode');
  return {
    ...(amount === undefined || amount < 0 ? {} : { amount: Math.min(Math.ceil(inCents ? amount / 100 : amount), Number.MAX_SAFE_INTEGER) }), // prettier-ignore
    ...(currency === undefined ? {} : { currency: currency.toUpperCase().slice(0, 8) }),
  };
}

/** The first word that is no name of a service. */
function leading({ words }: ToolCall): string {
  const [first = '', second = ''] = words.split(' ');
  return verbKind(first) === undefined && second !== '' && !PAYS.test(first) && !SPEAKS.test(first) ? second : first;
}

const PAYS = /^(?:refund|pay|payout|charge|wire|withdraw|purchase|buy|donate|trade|reserve|book|tip|checkout)$/;
const MONEY = /\b(?:create|issue|send|make|initiate|submit|process|schedule|execute|confirm|capture|approve|place|update|request|release|add|retry|finalize) (?:\w+ )*?(?:refunds?|payments?|payouts?|transfers?|charges?|transactions?|money|funds|wire|orders?|purchases?|checkout|top ?up|withdrawals?|eth|btc|usdc?|crypto|tokens)\b|\btransfer (?:money|funds|balance|amount|eth|btc|usdc?|crypto)\b|\b(?:refunds?|charges?|payouts?|transfers?|payments?|payment intents?|orders?|transactions?) (?:create|capture|confirm|execute|send|submit|approve|retry)\b|\bpayment\b|\bsend money\b|\bplace order\b/; // prettier-ignore

/** A branch is checked out without being paid for. */
const isVersionControl = ({ domain }: ToolCall): boolean => /\b(?:git|svn|hg|branch|repo|repository|file|commit)\b/.test(domain); // prettier-ignore

const movesMoney = (call: ToolCall): boolean =>
  (PAYS.test(leading(call)) && !(leading(call) === 'checkout' && (isVersionControl(call) || call.args.texts('branch', 'ref').length > 0))) || MONEY.test(call.words) || (/\btransfer\b/.test(call.words) && call.args.number('amount', 'value') !== undefined); // prettier-ignore

const SPEAKS =
  /^(?:send|post|reply|forward|broadcast|notify|dm|tweet|retweet|email|sms|announce|invite|message|mail|phone|dial)$/;
const MESSAGE = /\b(?:send|post|reply|forward|publish|broadcast|create|schedule|add|share|write|leave|make|place) (?:\w+ )*?(?:emails?|mails?|messages?|sms|dm|notifications?|tweets?|posts?|announcements?|invites?|invitations?|newsletters?|campaigns?|phone call|call)\b|\b(?:messages?|emails?|sms|tweets?|posts?|calls|comments?|chat) (?:create|send|post(?: message)?|reply|publish)\b|\b(?:slack|teams|discord|telegram|whatsapp|twilio|gmail|smtp) (?:send|post|message|reply)\b|\bcall (?:phone|number|person|customer|contact|patient|lead)\b/; // prettier-ignore
/** What is sent there is keys, requests or measurements, and no message. */
const NO_MESSAGE = /\bsend (?:\w+ )?(?:keys?|keystrokes?|input|requests?|http|signal|commands?|query|metrics?|events?|logs?|telemetry|control)\b|\bpost (?:request|webpage|http)\b/; // prettier-ignore
const DRAFT = /\b(?:create|save|update|edit|write|compose|new) (?:\w+ )*drafts?\b|^draft\b|\bdraft (?:email|message|reply)\b/; // prettier-ignore
const CALENDAR = /\b(?:events?|meetings?|appointments?|calendar)\b/;

const STARTS = /\b(?:launch|start|run) (?:\w+ )*?(?:campaigns?|newsletters?|broadcasts?)\b/;
const speaks = (call: ToolCall): boolean => (SPEAKS.test(leading(call)) || MESSAGE.test(call.words) || STARTS.test(call.words)) && !NO_MESSAGE.test(call.words); // prettier-ignore

/** What stands at an address is there for everybody. */
const PUBLISHES = /\b(?:post|publish) (?:\w+ )?(?:web ?pages?|websites?|blogs?|articles?|pages?|stories)\b|\b(?:post|send|create|publish|reply) (?:\w+ )?(?:tweets?|toots?)\b|^(?:re)?tweet\b|\bpublish (?:\w+ )?posts?\b|\b(?:facebook|instagram|linkedin|mastodon|bluesky|twitter|reddit) (?:create |send |publish |submit )?posts?\b/; // prettier-ignore

const RECIPIENTS = ['to', 'recipient', 'recipients', 'cc', 'bcc', 'participants', 'attendees', 'invitees', 'toaddresses', 'emails', 'numbers', 'users']; // prettier-ignore

/** One address behind which everybody is. */
const EVERYBODY = /^(?:all|all-?(?:hands|staff|users|company)|everyone|everybody|company|staff|employees|subscribers|customers|users)@|^<?[!@](?:here|channel|everyone|all)>?$/i; // prettier-ignore

function says(call: ToolCall): ReturnType<ToolEffects> {
  const named = targetsOf(call, 'person').filter(({ kind }) => kind === 'person');
  const people = named.length;
  const all = named.some(({ name }) => EVERYBODY.test(name));
  const count = Math.max(people, call.args.listLength(...RECIPIENTS), call.args.number('recipientcount', 'audiencesize') ?? 0); // prettier-ignore
  return on(call, 'message.send', 'person', {
    ...(count > 1 ? { count } : {}),
    ...(all || CAMPAIGN.test(call.words) ? { bulk: true } : {}),
  });
}

/** An event that nobody else is asked to is a note to oneself. */
const schedules: ToolEffects = (call) => {
  const guests = call.args.texts('participants', 'attendees', 'invitees', 'guests', 'emails');
  if (guests.length > 0) return says(call);
  const kind = gravest(call);
  return on(call, kind === 'delete' ? 'cloud.delete' : 'cloud.change', 'resource', kind === 'delete' ? {} : { additive: true }); // prettier-ignore
};

const ACCOUNT = /\b(?:accounts?|users?|passwords?|roles?|permissions?|members?|memberships?|access|groups?|api keys?|access keys?|employees?|mfa|2fa|credentials|profile|owners?|collaborators?|acl|iam)\b/; // prettier-ignore
const CUSTOMER = /\b(?:customers?|contacts?|leads?|subscribers?|patients?|students?)\b/;

const count = (call: ToolCall): EffectAttributes => {
  const listed = call.args.listLength('ids', 'users', 'userids', 'accounts', 'accountids', 'emails', 'members', 'customers', 'refunds', 'payments', 'transfers', 'items'); // prettier-ignore
  return listed > 1 ? { count: listed } : {};
};

/** Somebody is asked in, without being given any right by name. */
const INVITES = /\b(?:add|invite)\b/;
const RIGHTS = /\b(?:admins?|owners?|roles?|permissions?|access|keys?|iam|acl|passwords?|mfa|2fa|credentials|superusers?|root|sudo)\b/; // prettier-ignore

const joins = (call: ToolCall): EffectAttributes =>
  INVITES.test(call.words) && !RIGHTS.test(call.words) && call.args.texts('role', 'roles', 'permission', 'permissions', 'scope', 'scopes').length === 0 ? { additive: true } : {}; // prettier-ignore

const FORWARDS = /\b(?:set|create|enable|add|update|configure|turn on) (?:\w+ )*?(?:auto ?)?forward(?:ing|er|s)?\b/;
/** Where money goes to or comes from. */
const PAID_TO = /\b(?:update|change|set|add|edit|replace|link) (?:\w+ )*?(?:bank|payout|billing|payment|payroll|deposit)(?: \w+)? (?:details?|accounts?|methods?|info(?:rmation)?|cards?|address)\b/; // prettier-ignore
/** One of these reaches whoever is on a list. */
const CAMPAIGN = /\b(?:campaigns?|newsletters?|broadcasts?|announcements?)\b/;

export const peopleRules: readonly ToolRule[] = [
  { when: movesMoney, effects: (call) => on(call, 'payment.move', 'account', { ...money(call), ...count(call) }) },
  { when: named(DRAFT), effects: (call) => on(call, 'cloud.change', 'resource', { additive: true }) },
  { when: (call) => CALENDAR.test(call.words) && !/^(?:send|post|notify)\b/.test(call.words) && (gravest(call) !== undefined || /^(?:re)?schedule\b|^organize\b/.test(call.words)), effects: schedules }, // prettier-ignore
  // Mail goes there from then on, and nobody is asked again.
  { when: (call) => FORWARDS.test(call.words) || call.args.texts('forwardto', 'forwardingaddress', 'forwardingemail', 'redirectto').length > 0, effects: (call) => on(call, 'persistence.add', 'person') }, // prettier-ignore
  { when: named(PAID_TO), effects: (call) => on(call, 'account.change', 'account') },
  {
    when: named(PUBLISHES),
    effects: (call) => [
      ...on(call, 'message.send', 'person', { bulk: true }),
      ...(urlsOf(call).length > 0 ? requestEffects('POST', urlsOf(call)) : []),
    ],
  },
  { when: speaks, effects: says },
  { when: (call) => ACCOUNT.test(call.words) && (gravest(call) !== undefined || /^(?:block|ban|kick|lock|suspend|promote|demote|impersonate)\b/.test(call.words)), effects: (call) => on(call, 'account.change', 'account', { ...count(call), ...joins(call) }) }, // prettier-ignore
  { when: (call) => CUSTOMER.test(call.words) && gravest(call) === 'delete', effects: (call) => on(call, 'account.change', 'account', count(call)) }, // prettier-ignore
];
