/** Programs that only look, print or compute. */
import type { Catalog, Rule, Targets } from './entry.ts';
import { both, draft, has, nothing, optionValues, reads, when, writes } from './rules.ts';
import { asPath, optionPaths, paths } from './targets.ts';

/** Names under which programs are handed their keys. */
const SECRET_NAME = /token|secret|passw|credential|api_?key|private_?key|access_?key|_key\b/i;
const variables = { kind: 'resource', name: 'secrets in environment variables' } as const;

/** `env | grep -i token`. */
const picksSecrets: Rule = ({ operation, args }) => {
  const { stdin } = operation;
  const from = stdin.kind === 'pipe' ? (stdin.from?.program ?? '') : '';
  const pattern = args.options.get('regexp')?.[0]?.text ?? args.operands[0]?.text ?? '';
  return /^(?:env|printenv|export|set|declare)$/.test(from) && SECRET_NAME.test(pattern) ? [draft('secret.read', [variables])] : []; // prettier-ignore
};

const printsVariable: Rule = ({ args }) =>
  args.operands.some(({ text }) => SECRET_NAME.test(text)) ? [draft('secret.read', [variables])] : [];

/** The filter comes first, unless a file holds it. */
const filtered: Targets = (call) => {
  const verb = /^(?:e|ea|eval|eval-all)$/.test(call.args.operands[0]?.text ?? '') ? 1 : 0;
  return paths(verb + (has('from-file')(call) ? 0 : 1))(call);
};
/** `--slurpfile NAME FILE` */
const slurped: Targets = (call) =>
  optionValues(call, 'slurpfile', 'rawfile').filter((_, index) => index % 2 === 1).map((word) => asPath(call, word)); // prettier-ignore

export const readers: Catalog = {
  // Print, compute, or report on the machine.
  'env echo printf true false : test [ [[ pwd cd pushd popd dirs sleep seq yes expr factor bc dc cal uptime uname arch nproc free whoami id groups users who w last tty locale locale-gen getconf which where whereis type command hash basename dirname realpath readlink ps pgrep pidof pstree jobs wait fg bg top htop btop vmstat iostat lsof lscpu lsblk blkid lspci lsusb lsmod dmesg sysctl df du findmnt ulimit umask times let export set unset shift local declare typeset readonly return break continue exit logout alias unalias getopts read mapfile readarray shopt complete compgen clear reset tput stty man info tldr apropos whatis help cheat cowsay figlet lolcat neofetch sw_vers system_profiler ldd nm size objdump readelf otool file stat tree ls ll la dir vdir exa eza lsd locate mlocate fzf ping ping6 nslookup host whois traceroute tracepath mtr ss netstat arp hexyl tokei cloc scc nvidia-smi numfmt tsort cksum history mktemp mkdir mkfifo caller builtin enable trap disown inotifywait fswatch entr screenfetch pgrep logname mesg lsns lslocks ncal link pathchk nohup': { effects: nothing }, // prettier-ignore

  // Read the files they are given.
  'cat tac nl less more most bat batcat wc od xxd hexdump base64 base32 basenc md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum shasum md5 sum cmp diff diff3 sdiff colordiff delta comm fold fmt pr column expand unexpand rev uniq zcat zless bzcat xzcat zgrep pygmentize glow mdcat csvlook strings iconv look mediainfo exiftool identify ffprobe': { effects: reads(paths()) }, // prettier-ignore
  'head tail': { options: 'n|lines= c|bytes= s|sleep-interval= pid=', effects: reads(paths()) },
  'cut paste join': { options: 'd|delimiter= f|fields= c|characters= b|bytes= t= o= j=', effects: reads(paths()) },
  printenv: { options: '0', effects: printsVariable },
  'tr seq': { effects: nothing },
  'grep egrep fgrep rg ag ack ugrep pcregrep': {
    options:
      'e|regexp= f|file= A= B= C= m|max-count= g|glob= t|type= T= include= exclude= exclude-dir= j|threads= pre=',
    effects: both(when(has('regexp', 'file', 'files'), reads(paths()), reads(paths(1))), picksSecrets),
  },
  'jq yq gojq jaq xq fx dasel xmllint xmlstarlet tomlq': {
    options: 'i|inplace|in-place arg== argjson== slurpfile== rawfile== f|from-file= L= indent= r|raw-output e|exit-status c n',
    effects: both(reads(filtered), reads(slurped), when(has('in-place'), writes(filtered, { overwrite: true }))),
  }, // prettier-ignore
  sort: {
    options: 'o|output= k|key= t|field-separator= S= T= compress-program=',
    effects: both(reads(paths()), writes(optionPaths('output'), { overwrite: true })),
  },
};
