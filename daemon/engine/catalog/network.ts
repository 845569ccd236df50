/** Clients that move data over the network. */
import type { Target } from '../../../protocol/effect.ts';
import type { EffectDraft, Word } from '../types.ts';
import { environmentOf, isLocalHost } from './environment.ts';
import type { Call, Catalog, Rule } from './entry.ts';
import { serviceEffects } from './http-services.ts';
import { both, does, doesOn, draft, flag, has, nothing, optionText, optionValues, secretEffects, when, writes } from './rules.ts'; // prettier-ignore
import { isSecretPath } from './secret-paths.ts';
import { asPath, cwd, firstOf, named, operands, optionPaths } from './targets.ts';

export function hostOf(url: string): string {
  return /^(?:[a-z][a-z\d+.-]*:\/\/)?(?:[^@/?#]*@)?(\[[^\]]*\]|[^:/?#]*)/i.exec(url)?.[1] ?? url;
}

/** Addresses at which a cloud hands its machines their keys. */
const CLOUD_METADATA = new Set(['169.254.169.254', '169.254.170.2', 'metadata.google.internal', '[fd00:ec2::254]', '100.100.100.200']); // prettier-ignore

/** Effects of one request, by method and body. */
export function requestEffects(
  method: string,
  urls: readonly Word[],
  bodies: readonly Target[] = [],
  body?: string,
): readonly EffectDraft[] {
  const targets = urls.map((word) => named('url', word));
  const hosts = urls.map(({ text }) => hostOf(text));
  const environment = hosts.length > 0 && hosts.every(isLocalHost) ? 'local' : environmentOf(hosts);
  const attributes = { method, ...(environment === undefined ? {} : { environment }) };
  const services = urls.flatMap(({ text }) => serviceEffects({ method, url: text, body })).map((effect) => ({ ...effect, attributes: { ...effect.attributes, ...(environment === undefined ? {} : { environment }) } })); // prettier-ignore
  const secret = hosts.some((host) => CLOUD_METADATA.has(host)) ? [draft('secret.read', targets)] : [];
  if (bodies.length > 0) return [draft('net.upload', [...bodies, ...targets], attributes), ...secretEffects(bodies), ...services]; // prettier-ignore
  const safe = method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || method === 'TRACE';
  return [draft(safe ? 'net.fetch' : 'net.send', targets, attributes), ...secret, ...services];
}

/** `-d @FILE`, `-F name=@FILE`, `-F name=<FILE`, `--data-urlencode name@FILE`. */
function bodyFiles(call: Call): readonly Target[] {
  const data = optionValues(call, 'data', 'data-binary', 'json').filter(({ text }) => text.startsWith('@')).map((word) => ({ ...word, text: word.text.slice(1) })); // prettier-ignore
  const forms = [...optionValues(call, 'form'), ...optionValues(call, 'data-urlencode')].flatMap((word) => {
    const file = /^[^=@]*(?:=[@<]|@)"?([^;"]+)/.exec(word.text)?.[1];
    return file === undefined ? [] : [{ ...word, text: file }];
  });
  const headers = optionValues(call, 'header').filter(({ text }) => text.startsWith('@')).map((word) => ({ ...word, text: word.text.slice(1) })); // prettier-ignore
  const queries = optionValues(call, 'url-query').flatMap((word) => {
    const file = /^[^=@]*@(.+)/s.exec(word.text)?.[1];
    return file === undefined ? [] : [{ ...word, text: file }];
  });
  // Without `=` it is a file; cookies are what is usually in there.
  const cookies = optionValues(call, 'cookie').filter(({ text }) => !text.includes('=') && isSecretPath(text));
  return [...data, ...forms, ...headers, ...queries, ...cookies, ...optionValues(call, 'upload-file')].filter(({ text }) => text !== '-').map((word) => asPath(call, word)); // prettier-ignore
}

const CURL = 'X|request= d|data-ascii|data-raw|data= data-binary= data-urlencode= json= F|form= form-string= T|upload-file= o|output= O|remote-name remote-name-all J output-dir= H|header= A|user-agent= e|referer= u|user= b|cookie= c|cookie-jar= x|proxy= K|config= E|cert= key= cacert= m|max-time= connect-timeout= retry= w|write-out= D|dump-header= G|get I|head L|location s|silent S f|fail k|insecure v|verbose url= resolve= r|range= unix-socket= C|continue-at= Y= y= z= Q= t= P= limit-rate= url-query= oauth2-bearer= interface= i|include'; // prettier-ignore

const curl: Rule = (call) => {
  const urls = [...call.args.operands, ...optionValues(call, 'url')];
  const files = bodyFiles(call);
  const sends = !has('get')(call) && has('data', 'data-binary', 'data-urlencode', 'json', 'form', 'form-string')(call);
  const implied = has('upload-file')(call) ? 'PUT' : sends ? 'POST' : has('head')(call) ? 'HEAD' : 'GET';
  const method = (optionText(call, 'request') ?? implied).toUpperCase();
  const local = urls.filter(({ text }) => text.startsWith('file://'));
  const stdinUpload = [...optionValues(call, 'data', 'data-binary', 'upload-file', 'form')].some(({ text }) => /^@?-$|=@-/.test(text)); // prettier-ignore
  return [
    ...guardSocket(call),
    ...requestEffects(method, urls, files, inlineBody(call)),
    ...hostSocket(call, method),
    ...(stdinUpload && call.operation.stdin.kind !== 'text' ? pipedBody(call, urls) : []),
    ...secretEffects(local.map((word) => asPath(call, { ...word, text: word.text.slice(7) }))),
    ...(has('config')(call) ? [draft('code.opaque', optionPaths('config')(call))] : []),
    ...writes(() => downloads(call, urls), { overwrite: true, replaced: true })(call),
    ...writes(optionPaths('cookie-jar', 'dump-header'), { overwrite: true })(call),
  ];
};

/** `-O` names the file as the address does; both kinds of names lie below `--output-dir`. */
function downloads(call: Call, urls: readonly Word[]): readonly Target[] {
  const folder = optionText(call, 'output-dir');
  const below = (word: Word): Target => asPath(call, folder === undefined || word.text.startsWith('/') ? word : { ...word, text: `${folder}/${word.text}` }); // prettier-ignore
  const named = optionValues(call, 'output').filter(({ text }) => text !== '-' && text !== '');
  const remote = has('remote-name', 'remote-name-all')(call) ? urls.slice(named.length).map((url) => ({ ...url, text: url.text.replace(/[?#].*$/, '').split('/').at(-1) ?? '.' })) : []; // prettier-ignore
  return [...named, ...remote].map(below);
}

function inlineBody(call: Call): string {
  return optionValues(call, 'data', 'data-binary', 'data-urlencode', 'json', 'form').map(({ text }) => text).join('&'); // prettier-ignore
}

/** Who speaks to the container daemon through its socket rules the machine. */
function hostSocket(call: Call, method: string): readonly EffectDraft[] {
  const socket = optionText(call, 'unix-socket') ?? '';
  if (!/(?:docker|containerd|podman|crio)\.sock$/.test(socket) || method === 'GET' || method === 'HEAD') return [];
  return [draft('container.run', [{ kind: 'resource', name: socket }]), draft('privilege.gain', [{ kind: 'resource', name: 'host' }])]; // prettier-ignore
}

/** Countersign's own sockets answer to its client and nobody else. */
function guardSocket(call: Call): readonly EffectDraft[] {
  const socket = optionText(call, 'unix-socket', 'abstract-unix-socket');
  return socket !== undefined && /countersign|(?:^|\/)control\.sock$/.test(socket) ? [draft('guard.tamper', [{ kind: 'path', name: socket }])] : []; // prettier-ignore
}

/** What comes through the pipe is sent: the file the operation before it prints, if it is named. */
function pipedBody(call: Call, urls: readonly Word[]): readonly EffectDraft[] {
  return [draft('net.upload', urls.map((word) => named('url', word)), { piped: true })]; // prettier-ignore
}

const wget: Rule = (call) => {
  const files = [...optionPaths('post-file', 'body-file')(call)];
  const method = (optionText(call, 'method') ?? (has('post-data', 'post-file')(call) ? 'POST' : 'GET')).toUpperCase();
  const output = optionPaths('output-document', 'directory-prefix')(call).filter(({ name }) => !name.endsWith('/-'));
  const saves = !has('spider')(call) && optionText(call, 'output-document') !== '-';
  return [
    ...requestEffects(method, call.args.operands, files),
    ...(saves ? writes(() => (output.length > 0 ? output : [{ kind: 'path', name: call.operation.cwd }]), has('output-document')(call) ? { overwrite: true } : {})(call) : []), // prettier-ignore
    ...(has('use-askpass', 'execute')(call) ? [draft('code.opaque')] : []),
  ];
};

/** `http POST example.com a=b file@x`: a method word, the address, then items. */
const httpie: Rule = (call) => {
  const [first, ...rest] = call.args.operands;
  if (first === undefined) return [];
  const spelled = /^(?:[A-Z]{3,8}|get|head|post|put|patch|delete|options)$/.test(first.text) && rest.length > 0;
  const [url, ...items] = spelled ? rest : [first, ...rest];
  const files = items.flatMap((word) => {
    const file = /^(?:[^=:@]+(?:=|:=)?)?@(.+)$/.exec(word.text)?.[1];
    return file === undefined ? [] : [asPath(call, { ...word, text: file })];
  });
  const body = items.some(({ text }) => /[^=:]:?=[^=]/.test(text)) || files.length > 0;
  return requestEffects(
    spelled ? first.text.toUpperCase() : body ? 'POST' : 'GET',
    url === undefined ? [] : [url],
    files,
  );
};

const isElsewhere = (word: Word): boolean => /^(?:[^/:]+@)?[^/:]+:|^(?:rsync|sftp|scp):\/\//.test(word.text);

/** `scp`, `rsync`: an operand `HOST:PATH` is elsewhere; the last one is where things go. */
const copies: Rule = (call) => {
  const sources = call.args.operands.slice(0, -1);
  const to = call.args.operands.at(-1);
  if (to === undefined) return [];
  const local = sources.filter((word) => !isElsewhere(word)).map((word) => asPath(call, word));
  const remote = sources.filter(isElsewhere);
  const deletes = [...call.args.options.keys()].some((name) => /^del(?:ete.*)?$/.test(name));
  const there = named('host', { ...to, text: hostOf(to.text) });
  const destination = isElsewhere(to) ? there : asPath(call, to);
  return [
    ...(isElsewhere(to) && local.length > 0 ? [draft('net.upload', [...local, there], { remote: true })] : []),
    ...(remote.length > 0 ? [draft('net.fetch', remote.map((word) => named('host', { ...word, text: hostOf(word.text) })))] : []),
    ...secretEffects(local),
    ...(isElsewhere(to) ? [] : writes(() => [destination], { overwrite: true })(call)),
    ...(deletes ? [draft('file.delete', [isElsewhere(to) ? { kind: 'resource', name: to.text } : destination], { recursive: true, bulk: true, ...(isElsewhere(to) ? { remote: true } : {}) })] : []),
    ...(has('remove-source-files')(call) ? [{ ...draft('file.delete', local, { recursive: true }), brings: isElsewhere(to) ? [] : local.map((from) => ({ from, to: destination })) }] : []),
  ];
}; // prettier-ignore

const listens = both(
  doesOn('net.listen', operands('host')),
  when((call) => call.args.operands.length === 0, does('net.listen')),
);

export const network: Catalog = {
  'curl curlie': { options: CURL, effects: curl },
  'wget wget2': { options: 'O|output-document= P|directory-prefix= method= post-data= post-file= body-data= body-file= header= q|quiet o= a= t= T= r|recursive np l= A= R= U= i= c spider execute|e= use-askpass= user= password=', effects: wget }, // prettier-ignore
  'http https xh xhs': { options: 'a|auth= o|output= d|download f|form j|json b|body h|headers v|verbose p= session= timeout= verify=', effects: httpie }, // prettier-ignore
  'lynx links w3m lftp ncftp': { options: 'o|out= d|dir= e= c=', effects: does('net.fetch', operands('url')) },
  'aria2c axel': {
    options: 'o|out|output= d|dir= i|input-file= x|max-connection-per-server= s|split= n|num-connections= c',
    effects: [does('net.fetch', operands('url')), writes(firstOf(optionPaths('output'), optionPaths('dir'), cwd))],
  },
  'ssh autossh mosh slogin': { options: 'i= p= l= o= F= J= L= R= D= W= b= c= E= e= m= O= Q= S= w= B= N f T t v q A n', style: 'posix', effects: [doesOn('net.send', operands('host', 0, 1)), when((call) => optionValues(call, 'o').some(({ text }) => /^(?:ProxyCommand|LocalCommand|KnownHostsCommand)/i.test(text)), does('code.opaque')), when(has('R', 'D', 'L'), does('net.listen'))] }, // prettier-ignore
  'scp pscp': {
    options: 'i= P= o= F= J= S= c= l= r|recursive p q C 3 v B',
    effects: [copies, when(has('S'), does('code.opaque'))],
  },
  rsync: {
    options: 'e|rsh= a|archive r|recursive v|verbose z n|dry-run exclude= include= f|filter= exclude-from= include-from= files-from= delete del delete-after delete-before delete-during delete-excluded remove-source-files rsync-path= B= T= compare-dest= link-dest= log-file= port= password-file= bwlimit= backup-dir= b|backup chmod= chown=', // prettier-ignore
    dryRun: has('dry-run'),
    effects: [copies, when(has('rsync-path'), does('code.opaque'))],
  },
  'sftp ftp tftp': {
    options: 'b= i= P= o= F=',
    style: 'posix',
    effects: does('net.upload', operands('host', 0, 1), { remote: true }),
  },
  'telnet websocat wscat grpcurl mosquitto_pub': { effects: does('net.send', operands('host', 0, 1)) },
  'nmap masscan zmap hping3 tcpdump tshark': { effects: does('net.send', operands('host')) },
  'serve http-server live-server httpd apache2 localtunnel lt': { options: 'p|port= s= t T v', effects: when(has('s'), does('process.kill', ({ operation }) => [{ kind: 'process', name: operation.program }]), when(has('t', 'T', 'v'), nothing, listens)) }, // prettier-ignore
  'wg wg-quick openvpn tailscale': { effects: does('system.change', operands('resource'), { force: flag('force') }) },
};
