/** Files that a program puts its result into, by an option most programs spell alike or by the place of a word. */
import type { Target } from '../../../protocol/effect.ts';
import type { EffectDraft, ParsedOperation, Word } from '../types.ts';
import { isBlockDevice } from './writes.ts';
import { pathTarget } from './paths.ts';
import { readers } from './readers.ts';
import { draft } from './rules.ts';

const LONG = /^--?(?:output|output-file|outputfile|outfile|out-file|outFile|out|save-as|dest-file|sOutputFile)(?:=(.+))?$/s; // prettier-ignore
/** What stands behind `-o` is a format, a list or a test for these. */
const OTHER_O = new Set(['ssh', 'scp', 'sftp', 'ps', 'kubectl', 'oc', 'docker', 'podman', 'mount', 'umount', 'find', 'set', 'sh', 'bash', 'zsh', 'dash', 'ksh', 'test', '[', '[[', 'xargs', 'chown', 'useradd', 'apt', 'apt-get', 'pytest', 'iptables', 'helm', 'az', 'aws', 'git', 'rsync', 'install', 'make', 'go-test', 'sshfs', 'cp', 'mkfs', 'tree', 'fuser', 'lsof', 'hyperfine', 'gh', 'hg', 'sudo', 'yq']); // prettier-ignore
/** Of those that only print, these take a file for it. */
const PRINT_INTO = new Set(['iconv', 'base64', 'base32', 'objdump', 'diff3', 'strings', 'xmllint']);
const READERS: ReadonlySet<string> = new Set(Object.keys(readers).flatMap((names) => names.split(' ')));

/** The last name is what comes out. */
const LAST = /^(?:convert|magick|sox|pdftotext|pdftohtml|ps2pdf|qpdf|wkhtmltopdf|wkhtmltoimage|pandoc-citeproc|ebook-convert|heif-convert|djpeg|img2webp|vips|gdal_translate|ogr2ogr|mkvmerge|lame|flac|opusenc|oggenc|svgo|avifenc|objcopy|gif2webp|pdfunite|dvips|xsltproc-o)$/; // prettier-ignore
/** Every file that is named is written anew. */
const IN_PLACE = /^(?:mogrify|strip|optipng|jpegoptim|pngcrush|oxipng|patchelf|dos2unix|unix2dos|fromdos|todos|recode|jpegtran-i|exiftool-w)$/; // prettier-ignore
const MIN_NAMES = 2;

export function outputs(operation: ParsedOperation, direct: readonly EffectDraft[]): readonly EffectDraft[] {
  if (operation.program.includes(':')) return [];
  const words = namedOutputs(operation);
  if (words.length === 0) return [];
  const known = new Set(direct.flatMap(({ kind, targets, attributes }) => (kind === 'disk.write' || (kind === 'file.write' && (attributes.overwrite ?? attributes.edited) === true) ? targets.map(({ name }) => name) : []))); // prettier-ignore
  const files = words.map((word) => pathTarget(operation.cwd, word)).filter(({ name }) => isFile(name) && !known.has(name)); // prettier-ignore
  const edits = FALLOCATE.has(operation.program) || EDITORS.has(operation.program) || operation.program === 'patch';
  return files.length === 0 ? [] : [draft('file.write', files, edits ? { edited: true } : { overwrite: true })];
}

function isFile(name: Target['name']): boolean {
  return !name.startsWith('/dev/') && !isBlockDevice(name) && !name.endsWith('/-');
}

const FALLOCATE = new Set(['fallocate']);
const EDITORS = new Set(['ed', 'red']);

function namedOutputs(operation: ParsedOperation): readonly Word[] {
  const { program, words } = operation;
  const optioned = READERS.has(program) && !PRINT_INTO.has(program) ? [] : words.flatMap((word, index) => (index === 0 ? [] : optionValue(program, word, words[index + 1]))); // prettier-ignore
  return [...optioned, ...placed(program, words)];
}

function optionValue(program: string, { text, ...word }: Word, next: Word | undefined): readonly Word[] {
  const long = LONG.exec(text);
  const value = long?.[1];
  if (value !== undefined) return looksLikeFile(value) ? [{ ...word, text: value }] : [];
  const short = text === '-o' && !OTHER_O.has(program);
  if ((long === null && !short) || next === undefined) return [];
  return looksLikeFile(next.text) ? [next] : [];
}

/** Formats, settings and lists have no folder and no ending. */
function looksLikeFile(text: string): boolean {
  return /[./]/.test(text) && !/^-|[={},]|^[a-z][a-z\d+.-]*:\/\/|%\(/i.test(text) && !/^[\w-]+:(?!\/|\\)/.test(text);
}

function placed(program: string, words: readonly Word[]): readonly Word[] {
  const names = words.slice(1).filter(({ text }) => !text.startsWith('-') && text !== '');
  const last = names.slice(-1);
  if (program === 'ffmpeg') return words.some(({ text }) => text === '-y') ? last : [];
  if (LAST.test(program)) return names.length >= MIN_NAMES || program === 'objcopy' ? last : [];
  if (program === 'xxd')
    return words.some(({ text }) => /^-[a-z]*r/.test(text)) && names.length >= MIN_NAMES ? last : [];
  if (program === 'pdftk') return words.flatMap(({ text }, index) => (text === 'output' ? words.slice(index + 1, index + 2) : [])); // prettier-ignore
  if (program === 'ar') return /^-?[a-z]*[dmqrs]/.test(words[1]?.text ?? '') ? words.slice(2, 3) : [];
  if (IN_PLACE.test(program)) return names.filter(({ text }) => looksLikeFile(text));
  if (FALLOCATE.has(program)) return words.some(({ text }) => /^-[a-z]*[pczd]|^--(?:punch|collapse|zero|dig)/.test(text)) ? last : []; // prettier-ignore
  if (EDITORS.has(program)) return last;
  if (program === 'patch') return names.slice(0, 1);
  return packed(program, words, names);
}

const PACKERS: Readonly<Record<string, string>> = { __proto__: null as never, gzip: 'gz', pigz: 'gz', bzip2: 'bz2', xz: 'xz', zstd: 'zst', lz4: 'lz4' }; // prettier-ignore
const UNPACKERS = /^(?:un|g?un(?=zip))|^(?:gunzip|bunzip2|unxz|unzstd|unlz4)$/;

/** With `-f` what has the other name goes. */
function packed(program: string, words: readonly Word[], names: readonly Word[]): readonly Word[] {
  if (!words.some(({ text }) => /^-[a-z\d]*f|^--force$/.test(text)) || words.some(({ text }) => /^-[a-z]*c|^--stdout$/.test(text))) return []; // prettier-ignore
  const ending = PACKERS[program];
  const unpacks = (ending !== undefined && words.some(({ text }) => /^-[a-z]*d|^--(?:de|un)compress$/.test(text))) || (UNPACKERS.test(program) && program !== 'unzip'); // prettier-ignore
  if (unpacks) return names.map((word) => ({ ...word, text: word.text.replace(/\.(?:gz|bz2|xz|zst|lz4|t?gz)$/, '') }));
  return ending === undefined ? [] : names.map((word) => ({ ...word, text: `${word.text}.${ending}` }));
}
