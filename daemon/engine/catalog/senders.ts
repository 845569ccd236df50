/** Programs whose purpose is to hand a file to somebody else. */
import type { Catalog, Rule } from './entry.ts';
import { does, draft, nothing, reads, secretEffects, writes } from './rules.ts';
import { cwd, operands, paths } from './targets.ts';

/** The files it is given, or what it is fed. */
const sends: Rule = (call) => {
  const files = paths()(call);
  const { stdin } = call.operation;
  const fed = stdin.kind === 'file' || stdin.kind === 'pipe';
  if (files.length === 0 && !fed) return [];
  return [draft('net.upload', files, { remote: true, ...(files.length === 0 ? { piped: true } : {}) }), ...secretEffects(files)]; // prettier-ignore
};

/** The last name is where it goes. */
const copiesOut: Rule = (call) => {
  const to = call.args.operands.at(-1)?.text ?? '';
  if (/^(?:\.{0,2}\/|\.{1,2}$)/.test(to)) return [draft('net.fetch'), ...writes(paths(-1), { overwrite: true })(call)];
  const files = paths(0, -1)(call);
  return [draft('net.upload', [...files, ...operands('host', -1)(call)], { remote: true }), ...secretEffects(files)];
};

const takes: Rule = (call) => [draft('net.fetch', operands('url', 0, 1)(call)), ...writes(cwd)(call)];
const SENDS = { effects: sends } as const;
const TAKES = { effects: takes } as const;
const looks = { effects: nothing } as const;

export const senders: Catalog = {
  croc: { options: 'code= relay= relay6= pass= throttleUpload= socks5= connect= multicast= ip= hash= t|text= p|port= yes overwrite out=', effects: takes, commands: { send: SENDS, relay: { effects: does('net.listen') } } }, // prettier-ignore
  'wormhole magic-wormhole wormhole-william webwormhole ww portal': { options: 'c|code= l|code-length= text= relay-url= transit-helper= o|output-file= verify', effects: takes, commands: { 'send tx s': SENDS, 'receive rx recv r get': TAKES, 'ssh help version': looks } }, // prettier-ignore
  ffsend: { options: 'h|host= n|name= p|password=? d|downloads= e|expiry-time= o|output= a|archive c|copy', effects: sends, commands: { 'upload u up': SENDS, 'download d down': TAKES, 'debug exists version history parameters info password delete': looks } }, // prettier-ignore
  'transfer transfer.sh transfersh bashupload 0x0 pastebinit pastebin sprunge ix termbin paste.rs dpaste haste hastebin': { options: 'i= f= a= t= b= u= p= title=', effects: sends }, // prettier-ignore
  'onionshare-cli onionshare': { options: 'title= receive website chat local-only', effects: sends },
  ipfs: { options: 'r|recursive Q|quieter q|quiet api=', effects: does('net.fetch'), commands: { add: SENDS, 'version id stats config cat ls swarm bitswap': looks } }, // prettier-ignore
  'mcli': { options: 'r|recursive q|quiet json insecure', effects: does('net.fetch'), commands: { 'cp mirror put mv pipe': { effects: copiesOut } } }, // prettier-ignore
  b2: { options: 'content-type= info= sha1= threads= no-progress quiet', effects: does('net.fetch'), commands: { 'upload-file upload_file': { effects: copiesOut }, file: { effects: does('net.fetch'), commands: { upload: { effects: copiesOut } } } } }, // prettier-ignore
  'dropbox_uploader dropbox_uploader.sh dbxcli gdrive drive': { options: 'parent= p= q f=', effects: does('net.fetch'), commands: { 'upload put files': SENDS, 'download get': TAKES } }, // prettier-ignore
  adb: { options: 's= H= P= d e', effects: does('code.run'), commands: { 'push sync install sideload': { effects: reads(paths()) }, 'pull': { effects: writes(paths(-1), { overwrite: true }) }, 'devices version logcat get-state': looks } }, // prettier-ignore
  // Whatever is in the clipboard or in a picture is shown to whoever looks next.
  'xclip xsel pbcopy wl-copy clip.exe': { options: 'selection= sel= s= b p i|in o|out d|display= t|target= l|loops= f|filter rmlastnl trim-newline n type= primary', style: 'long', effects: reads(paths()) }, // prettier-ignore
  qrencode: { options: 'o|output= r|read-from= s|size= l|level= t|type= m|margin= d|dpi=', effects: [(call) => secretEffects((call.args.options.get('read-from') ?? []).map(({ text }) => ({ kind: 'path', name: text.startsWith('/') ? text : `${call.operation.cwd}/${text}` }))), writes((call) => (call.args.options.get('output') ?? []).filter(({ text }) => text !== '-').map(({ text }) => ({ kind: 'path', name: text.startsWith('/') ? text : `${call.operation.cwd}/${text}` })), { overwrite: true })] }, // prettier-ignore
}; // prettier-ignore
