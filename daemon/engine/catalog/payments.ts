/** Payment services and wallets: what moves money, what only looks. */
import type { EffectAttributes } from '../../../protocol/effect.ts';
import type { Call, Catalog, Rule } from './entry.ts';
import { draft, has, nothing, optionValues, when } from './rules.ts';
import { operands } from './targets.ts';
import { byVerb, family, serviceAttributes } from './verbs.ts';

const MOVES = /\b(?:refunds?|charges?|payouts?|transfers?|payment_?intents?|payments?|topups?|orders?|invoices?|subscriptions?|checkout|captures?|disputes?)\b/; // prettier-ignore
const ACTS = /^(?:create|capture|confirm|post|reverse|pay|send|finalize|resume|close|approve|cancel|refund|update)$/;

/** `-d amount=2500 -d currency=eur`; payment services count in cents. */
function money(call: Call): EffectAttributes {
  const pairs = [...optionValues(call, 'data'), ...optionValues(call, 'amount').map((word) => ({ ...word, text: `amount=${word.text}` })), ...optionValues(call, 'currency').map((word) => ({ ...word, text: `currency=${word.text}` }))]; // prettier-ignore
  const value = (name: string): string | undefined => pairs.map(({ text }) => text.split('=')).find(([key]) => key === name)?.[1]; // prettier-ignore
  const amount = Number(value('amount') ?? Number.NaN);
  const currency = value('currency');
  return {
    ...(Number.isSafeInteger(amount) && amount >= 0 ? { amount: Math.ceil(amount / 100) } : {}),
    ...(currency === undefined ? {} : { currency: currency.toUpperCase().slice(0, 8) }),
  };
}

const live: Rule = (call) => {
  const words = call.args.operands.map(({ text }) => text);
  const moves = MOVES.test(words.slice(0, 3).join(' ')) && words.slice(0, 4).some((word) => ACTS.test(word));
  const request = /^(?:post|delete|put|patch)$/i.test(words[0] ?? '') && MOVES.test(words[1] ?? '');
  if (moves || request) return [draft('payment.move', operands('account', 1)(call), { ...serviceAttributes(call), ...money(call) })]; // prettier-ignore
  return words.length === 0 ? [] : byVerb(family('cloud'))(call);
};

const READS = /^(?:balance|address|account|history|list|show|info|get\w*|list\w*|validate\w*|decode\w*|estimate\w*|block\w*|call|code|receipt|tx|nonce|chain\w*|gas\w*|config|version|help|logs|feeds)$/i; // prettier-ignore
const SENDS = /^(?:send\w*|transfer|pay\w*|sendpayment|withdraw\w*|delegate|stake\w*|mint|burn|approve|deploy\w*|publish|vote\w*|create-stake\w*|close|openchannel|closechannel|bumpfee|sendrawtransaction|import\w*|dump\w*|export\w*)$/i; // prettier-ignore
const KEYS = /^(?:dump(?:privkey|wallet)|export\w*|private-key|decrypt-keystore)$/i;

/** A wallet: a transfer is final. */
const wallet: Rule = (call) => {
  const words = call.args.operands.slice(0, 2).map(({ text }) => text);
  if (words.some((word) => KEYS.test(word))) return [draft('secret.read', [{ kind: 'resource', name: 'wallet keys' }])];
  if (words.some((word) => SENDS.test(word))) return [draft('payment.move', operands('account', 1)(call), { remote: true })];
  return words.some((word) => READS.test(word)) || words.length === 0 ? [] : [draft('code.run')];
}; // prettier-ignore

export const payments: Catalog = {
  stripe: {
    options: 'd|data= api-key= live limit= c|confirm amount= currency= p|project-name= stripe-account= expand= i|idempotency=',
    effects: live,
    commands: {
      'listen logs login logout config status version samples serve open resources completion feedback trigger fixtures': { effects: [] },
    },
  }, // prettier-ignore
  'paypal paddle square braintree adyen lemonsqueezy chargebee recurly wise mercury razorpay mollie': {
    options: 'd|data= amount= currency= api-key= env=',
    effects: live,
  },
  'bitcoin-cli litecoin-cli monero-wallet-cli lncli lightning-cli cast solana spl-token cardano-cli eth geth-attach near sui aptos starkli': {
    options: 'rpc-url= u|url= k|keypair= private-key= from= value= keystore= network= rpcwallet= testnet regtest',
    effects: when(has('testnet', 'regtest'), nothing, wallet),
    dryRun: has('dry-run', 'sign-only'),
  }, // prettier-ignore
};
