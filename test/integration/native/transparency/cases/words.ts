/** Arguments and variables, whatever their bytes and number. */
import type { Case } from '../compare.ts';

export const WORDS: readonly Case[] = [
  { name: 'none but its name', line: `(exec -a other probe)` },
  { name: 'a name the caller chose', line: `(exec -a 'odd name' probe see)` },
  { name: 'a name with a path', line: `(exec -a /bin/sh probe see)` },
  { name: 'no name', line: `(exec -a '' probe see)` },
  { name: 'a login name', line: `(exec -l probe see)` },
  { name: 'no arguments at all', line: `launch +way=4 "$(command -v probe)"` },
  { name: 'by descriptor', line: `launch +way=5 "$(command -v probe)" exit 7; echo $?` },
  { name: 'by path', line: `"$(command -v probe)" exit 7; echo $?` },
  { name: 'empty ones', line: `probe see '' '' x ''` },
  { name: 'odd ones', line: `probe see '' 'a b' $'\\n' $'\\t' '*' '$HOME' "it's" '"' '\\' -- -x --` },
  {
    name: 'bytes that are not UTF-8',
    line: `probe see '' $'\\xff\\xfe\\x80\\xc3' $'\\xed\\xa0\\x80' $'\\xf4\\x90\\x80\\x80' $'\\xc0\\xaf' $'\\xe2\\x80\\xae'`,
  },
  {
    name: 'two megabytes',
    line: `a=(); for i in {1..15}; do a+=("$(head -c 120000 /dev/zero | tr '\\0' y)"); done; probe see '' "\${a[@]}"`,
  },
  { name: 'a hundred thousand', line: `probe see '' $(seq 100000) | grep ^arg | cksum` },
  {
    name: 'too long ones',
    line: `a=$(head -c 130000 /dev/zero | tr '\\0' y); probe see '' $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a $a; echo $?`,
    asks: false,
    ownWords: true,
  },
  {
    name: 'one that is too long',
    line: `probe see '' "$(head -c 140000 /dev/zero | tr '\\0' y)"; echo $?`,
    asks: false,
    ownWords: true,
  },
  { name: 'the variable of the last command', line: `probe see; env probe see; sh -c 'probe see'; (exec probe see)` },
  { name: 'variables of every shape', line: `launch '+environment=A=1|odd|EMPTY|A=2|=x|PATH|B=|A=3' probe see` },
  { name: 'no variables but PATH', line: `launch +environment=PATH probe see; env -i "PATH=$PATH" probe see` },
  { name: 'many variables', line: `launch +variables=3000 probe see` },
  { name: 'a large variable', line: `launch +big-variable=120000 probe see` },
  { name: 'variables that are not UTF-8', line: `A=$'\\xff' HOME=$'/\\xfe' env $'\\xfd=\\xfc' probe see` },
  { name: 'an exported function', line: `f() { echo in f; }; export -f f; probe see; probe run bash -c f` },
  { name: 'secrets', line: `AWS_SECRET_ACCESS_KEY=abc GH_TOKEN=def PGPASSWORD=ghi probe see` },
  { name: 'variables that steer tools', line: `CURL_HOME=/x WGETRC=/y http_proxy=http://a:b@c ENV=/z probe see` },
  { name: 'LD_PRELOAD', line: `LD_PRELOAD="$BIN/preload.so" probe see` },
  { name: 'LD_PRELOAD of nothing', line: `LD_PRELOAD=/nonexistent.so probe see` },
  { name: 'LD_LIBRARY_PATH', line: `LD_LIBRARY_PATH=/nonexistent probe see` },
  { name: 'another language', line: `LC_ALL=C.UTF-8 LANG=de_DE probe see` },
];
