/** Mail, chat and text messages from the command line. */
import type { Catalog, Rule } from './entry.ts';
import { does, draft, either, has, nothing, operandText, optionValues, secretEffects, when } from './rules.ts';
import { named, operands, optionNames, optionPaths } from './targets.ts';

const PEOPLE = ['to', 'cc', 'bcc', 'channel', 'recipient'] as const;

/** To whoever is named; a file that goes along leaves the machine too. */
const sends: Rule = (call) => {
  const people = [...operands('person')(call), ...optionNames('person', ...PEOPLE)(call)];
  const files = optionPaths('attach', 'file')(call);
  const count = people.length;
  return [
    draft('message.send', people, { remote: true, ...(count > 1 ? { count } : {}) }),
    ...(files.length > 0 ? [draft('net.upload', [...files, ...people], { remote: true }), ...secretEffects(files)] : []),
  ];
}; // prettier-ignore

const speaks = /^(?:send|post|reply|message|chat|say|notify|publish|send-message|sendMessage|dm|upload|write|forward)$/;
/** Clients with a verb: what does not speak looks. */
const whenSpeaking = when(({ args }) => args.operands.slice(0, 3).some(({ text }) => speaks.test(text)), (call) => [draft('message.send', [...operands('person', 1)(call), ...optionValues(call, ...PEOPLE).map((word) => named('person', word))], { remote: true })]); // prettier-ignore

const MAIL = 's|subject= c|cc= b|bcc= a|attach= r|from= t|to= h|host= p|port= u|user= S= q= A= f=';

export const messaging: Catalog = {
  'mail mailx s-nail heirloom-mailx mutt neomutt': {
    options: `${MAIL} e= F= H= E`,
    effects: when(either((call) => has('H')(call), ({ args }) => args.operands.length === 0 && !args.options.has('to')), nothing, sends),
  }, // prettier-ignore
  'sendmail msmtp ssmtp postfix-sendmail exim nullmailer-inject': {
    options: `${MAIL} i bp bt`,
    effects: when(({ operation }) => operation.words.some(({ text }) => /^-b[ptv]$|^--version$/.test(text)), nothing, sends), // prettier-ignore
  },
  swaks: { options: 't|to= f|from= s|server= attach= header= body= au= ap=', effects: sends },
  'himalaya aerc notmuch mailsend mailgun sendemail smtp-cli': { options: `${MAIL} account=`, effects: whenSpeaking },
  'slackcat slack-notify telegram-send ntfy-send pushover notify-slack discord.sh discordsend wall-slack': {
    options: 'c|channel= t|tee s|stream u|user= file= config=',
    effects: sends,
  },
  'slack slack-cli teams discord matrix-commander signal-cli telegram-cli mastodon toot bsky zulip-send ntfy apprise twilio sendgrid postmark courier knock': {
    options: 'c|channel= t|to= u|user= a|account= m|message= from= body= b|body= title= tag=',
    effects: whenSpeaking,
    commands: {
      'chat post tweet say toot': { effects: sends, commands: { 'send post reply': { effects: sends }, 'delete update list read history': { effects: does('cloud.change') } } }, // prettier-ignore
      'auth login logout config list read history whoami doctor timeline search version help': { effects: nothing },
      'api:core:messages:create api:core:calls:create email:send': { effects: sends },
    },
  }, // prettier-ignore
  'zulip-send write-mail': { options: 'stream= subject= m|message= to=', effects: sends },
  'wall write': {
    effects: (call) => (operandText(call, 0) === undefined ? [] : [draft('message.send', operands('person', 0, 1)(call))]),
  }, // prettier-ignore
};
