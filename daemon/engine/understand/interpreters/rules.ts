/** What calls in program text do, by language; patterns name the function, the scanner reads its arguments. */
import type { EffectKind } from '../../../../protocol/effect.ts';
import type { Language } from './table.ts';

export type CallRule = {
  /** Matches up to the end of the function's name; global. */
  readonly call: RegExp;
  readonly does: 'shell' | 'effect';
  readonly effect?: EffectKind;
  /** The argument that names the path. */
  readonly argument?: number;
  readonly recursive?: boolean;
  /** What the file held is gone. */
  readonly overwrites?: true;
};

/** Every language pays only for its own rules. */
export const CALL_RULES: Readonly<Record<Language, readonly CallRule[]>> = {
  python: [
    { call: /\b(?:os\.(?:system|popen)|subprocess\.(?:run|call|Popen|check_call|check_output|getoutput|getstatusoutput)|commands\.get(?:status)?output|pty\.spawn|asyncio\.create_subprocess_(?:shell|exec))(?=\s*\()/g, does: 'shell' },
    { call: /\bos\.(?:exec[lv]p?e?|spawn[lv]p?e?|posix_spawnp?)(?=\s*\()/g, does: 'shell' },
    { call: /\b(?:shutil\.rmtree|os\.removedirs)(?=\s*\()/g, does: 'effect', effect: 'file.delete', recursive: true },
    { call: /\bos\.(?:remove|unlink|rmdir)(?=\s*\()/g, does: 'effect', effect: 'file.delete' },
    { call: /\b(?:shutil\.move|os\.(?:rename|renames|replace))(?=\s*\()/g, does: 'effect', effect: 'file.move' },
    { call: /\b(?:os\.(?:symlink|link)|shutil\.copy(?:file|2|tree)?)(?=\s*\()/g, does: 'effect', effect: 'file.write', argument: 1 },
    { call: /\bos\.truncate(?=\s*\()/g, does: 'effect', effect: 'file.write', overwrites: true },
    { call: /\bos\.l?(?:chmod|chown)(?=\s*\()/g, does: 'effect', effect: 'file.permissions' },
    { call: /\b(?:requests|httpx|session)\.(?:post|put|patch|delete)(?=\s*\()/g, does: 'effect', effect: 'net.send' },
    { call: /\b(?:requests|httpx)\.get(?=\s*\()|\burl(?:open|retrieve)(?=\s*\()/g, does: 'effect', effect: 'net.fetch' },
    { call: /\bsmtplib\.SMTP(?:_SSL)?(?=\s*\()/g, does: 'effect', effect: 'message.send' },
    { call: /\bos\.kill(?:pg)?(?=\s*\()/g, does: 'effect', effect: 'process.kill' },
  ],
  javascript: [
    { call: /\b(?:execSync|spawnSync|execFileSync|execFile|execaCommand|execa|Bun\.spawn(?:Sync)?|child_process\.(?:exec|spawn|fork)|cp\.(?:exec|spawn))(?=\s*\()/g, does: 'shell' },
    { call: /\b(?:rmSync|rmdirSync|rimraf(?:\.sync)?|(?:fs|fsp|promises)\.(?:rm|rmdir)|(?:fs|fse)\.(?:remove|removeSync|emptyDir|emptyDirSync)|Deno\.remove(?:Sync)?)(?=\s*\()/g, does: 'effect', effect: 'file.delete', recursive: true },
    { call: /\b(?:unlinkSync|(?:fs|fsp|promises)\.unlink)(?=\s*\()/g, does: 'effect', effect: 'file.delete' },
    { call: /\b(?:writeFileSync|appendFileSync|createWriteStream|truncateSync|(?:fs|fsp|promises)\.(?:writeFile|appendFile|truncate)|Deno\.writeTextFile(?:Sync)?|Bun\.write)(?=\s*\()/g, does: 'effect', effect: 'file.write' },
    { call: /\b(?:copyFileSync|cpSync|symlinkSync|(?:fs|fsp|promises)\.(?:copyFile|cp|symlink))(?=\s*\()/g, does: 'effect', effect: 'file.write', argument: 1 },
    { call: /\b(?:renameSync|(?:fs|fsp|promises)\.rename)(?=\s*\()/g, does: 'effect', effect: 'file.move' },
    { call: /\b(?:readFileSync|createReadStream|(?:fs|fsp|promises)\.readFile)(?=\s*\()/g, does: 'effect', effect: 'file.read' },
    { call: /\b(?:chmodSync|chownSync|(?:fs|fsp|promises)\.ch(?:mod|own))(?=\s*\()/g, does: 'effect', effect: 'file.permissions' },
    { call: /\b(?:axios|got|superagent|ky)\.(?:post|put|patch|delete)(?=\s*\()/g, does: 'effect', effect: 'net.send' },
    { call: /\bprocess\.kill(?=\s*\()/g, does: 'effect', effect: 'process.kill' },
  ],
  perl: [
    { call: /(?<![\w>$@%])(?:system|exec)(?=\s*[("'$@])/g, does: 'shell' },
    { call: /(?<![\w>$@%])(?:rmtree|remove_tree)(?=\s*[("'$@])/g, does: 'effect', effect: 'file.delete', recursive: true },
    { call: /(?<![\w>$@%])(?:unlink|rmdir)\b/g, does: 'effect', effect: 'file.delete' },
    { call: /(?<![\w>$@%])rename(?=\s*[("'$])/g, does: 'effect', effect: 'file.move' },
    { call: /(?<![\w>$@%])ch(?:mod|own)(?=\s*[(\d])/g, does: 'effect', effect: 'file.permissions', argument: 1 },
  ],
  ruby: [
    { call: /(?<![\w.])(?:Kernel\.)?(?:system|exec|spawn)(?=\s*[("'])|\b(?:IO\.popen|Open3\.\w+|PTY\.spawn)(?=\s*[("'])/g, does: 'shell' },
    { call: /\bFileUtils\.(?:rm_r|rm_rf|rmtree|remove_dir|remove_entry|remove_entry_secure)\b|\bDir\.(?:rmdir|delete|unlink)\b/g, does: 'effect', effect: 'file.delete', recursive: true },
    { call: /\b(?:FileUtils\.(?:rm|rm_f|remove|safe_unlink)|File\.(?:delete|unlink))\b/g, does: 'effect', effect: 'file.delete' },
    { call: /\b(?:File|IO)\.(?:write|binwrite)(?=\s*[("'])/g, does: 'effect', effect: 'file.write' },
    { call: /\b(?:FileUtils\.(?:mv|move)|File\.rename)\b/g, does: 'effect', effect: 'file.move' },
    { call: /\b(?:File|IO)\.(?:read|binread|readlines|foreach)(?=\s*[("'])/g, does: 'effect', effect: 'file.read' },
    { call: /\b(?:Net::HTTP\.post(?:_form)?|HTTParty\.(?:post|put|delete))\b/g, does: 'effect', effect: 'net.send' },
  ],
  php: [
    { call: /(?<![\w>$:])(?:system|exec|shell_exec|passthru|popen|proc_open|pcntl_exec)(?=\s*\()/g, does: 'shell' },
    { call: /(?<![\w>$:])(?:unlink|rmdir)(?=\s*\()/g, does: 'effect', effect: 'file.delete' },
    { call: /\barray_(?:map|walk|filter)(?=\s*\(\s*["'](?:unlink|rmdir)["'])/g, does: 'effect', effect: 'file.delete', argument: 1, recursive: true },
    { call: /(?<![\w>$:])file_put_contents(?=\s*\()/g, does: 'effect', effect: 'file.write' },
    { call: /(?<![\w>$:])rename(?=\s*\()/g, does: 'effect', effect: 'file.move' },
    { call: /(?<![\w>$:])(?:file_get_contents|readfile|file)(?=\s*\()/g, does: 'effect', effect: 'file.read' },
    { call: /(?<![\w>$:])mail(?=\s*\()/g, does: 'effect', effect: 'message.send' },
  ],
  lua: [
    { call: /\b(?:os\.execute|io\.popen)(?=\s*[("'])/g, does: 'shell' },
    { call: /\bos\.remove(?=\s*[("'])/g, does: 'effect', effect: 'file.delete' },
    { call: /\bos\.rename(?=\s*[("'])/g, does: 'effect', effect: 'file.move' },
  ],
  awk: [{ call: /(?<![\w$])system(?=\s*\()/g, does: 'shell' }],
  other: [
    { call: /\b(?:do shell script|system2?|shell|sh_run|os:cmd|callCommand|callProcess|readProcess|spawnCommand|System\.(?:cmd|shell)|Sys\.command|Runtime\.getRuntime\(\)\.exec|ProcessBuilder|process\.system|run_command|uiop:run-program|shell-command|cmd)(?=\s*[("'])/g, does: 'shell' },
    { call: /(?<![\w.])(?:exec|popen|proc_open|spawn|run)(?=\s*[("'])/g, does: 'shell' },
    { call: /(?<![\w.])(?:rm|unlink|rm_rf|rmtree)(?=\s*\(\s*["'])|\b(?:File|FileUtils|Fs|fs)\.(?:rm(?:_rf?)?!?|delete|unlink|rm!)(?=\s*\(?["'])|\b(?:file\.remove|removeDirectoryRecursive|removePathForcibly|removeFile|deleteDirectory|forceDelete|delete-directory|delete-file|deleteRecursively|deleteDir|removeItem)(?=\s*[("'])/g, does: 'effect', effect: 'file.delete', recursive: true },
    { call: /\bfile\s+delete(?=\s)/g, does: 'effect', effect: 'file.delete', recursive: true },
  ],
}; // prettier-ignore

/** Ways to run text that is made while the program runs, or to reach a function without naming it. */
export const OBFUSCATION: Readonly<Record<Language, RegExp | undefined>> = {
  python: /(?<![.\w])(?:eval|exec|compile|__import__)\s*\(|\bsys\.modules\s*\[[^\]\n]{0,200}\]\s*\.|\bimportlib\b|(?<![.\w])(?:globals|locals|vars)\s*\(\s*\)\s*\[|__builtins__|__subclasses__|\bgetattr\s*\(\s*(?:os|sys|subprocess|shutil|builtins|__)|\bgetattr\s*\([^,()]{0,200},(?!\s*["'])|\b(?:marshal|pickle)\.loads\b|\bctypes\b|\bbuiltins\b/,
  javascript: /(?<![.\w])eval\s*\(|\bnew\s+Function\b|(?<![.\w])Function\s*\(|\b(?:require|import)\s*\(\s*(?!["'`][^"'`$+]*["'`]\s*\))[^)]|\bvm\.|\bprocess\.(?:binding|dlopen)|\b(?:globalThis|global|require|process)\s*\[|\]\s*\(\s*["'`]/,
  perl: /\beval\s*(?!\s*\{)[("'$q]|\bdo\s+["'$]|\brequire\s+[$"']|\bs\/[^\n]{0,400}\/[a-z]{0,8}ee[a-z]{0,8}\b|&\{|&\$|->\s*\$\w+/,
  ruby: /(?<![.\w])eval\b|\b(?:instance_eval|class_eval|module_eval|const_get|binding)\b|\.(?:send|public_send|__send__)\s*[( ]\s*(?!:)|\b(?:send|public_send|__send__|method)\s*[( ]\s*:(?:system|exec|spawn|eval|fork|unlink|delete|rm\w*)\b|(?<![\w.:])(?:exec|system|spawn)\s*\(?\s*(?:%[wWqQxI]|\*|[a-z_@$]\w*\s*[.+,);\n]|[a-z_@$]\w*\s*$)|\bload\s+["']|\bMarshal\.load/,
  php: /\b(?:eval|assert|create_function|call_user_func(?:_array)?)\s*\(|\b(?:array_\w+|usort)\s*\(\s*["'](?:system|exec|shell_exec|passthru|assert)["']|\$\w+\s*\(|\binclude(?:_once)?\b|\brequire(?:_once)?\b/,
  lua: /\b(?:load|loadstring|dofile|loadfile)\s*[("'[]|\b(?:_G|_ENV|os|io)\s*\[/,
  awk: undefined,
  other: undefined,
}; // prettier-ignore
