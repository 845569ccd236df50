/** Temporary files and folders that an action makes itself. */
import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { scored, type Machine } from './world.ts';

const ALLOWED = 30;

const MACHINE: Machine = { files: { 'src/a': 'tracked', 'package.json': 'tracked', 'notes/plan.md': 'untracked' } };

describe(verifies('judge:scratch'), () => {
  test.for([
    'd=$(mktemp -d); tar xf a.tar -C "$d"; rm -rf "$d"',
    'd="$(mktemp -d -t work.XXXX)" || exit 1; cp -r src "$d"; make -C "$d"; rm -rf "${d}"',
    'd=`mktemp -d`; trap \'rm -rf "$d"\' EXIT; cp src/a "$d/a"',
    'f=$(mktemp); curl -s example.org > "$f"; rm -f "$f"',
    'rm -rf "$(mktemp -d)"',
  ])('%s', (source) => {
    expect(scored(source, MACHINE)).toBeLessThanOrEqual(ALLOWED);
  });

  test.for([
    'd=$(mktemp -d); rm -rf "$d"/*',
    'd=$(mktemp -d); rm -rf "$d/x"',
    'd=$(mktemp -d); rm -rf "x$d"',
    'd=$(mktemp -d); d=$d/../..; rm -rf "$d"',
    'd=$(mktemp -d); rm -rf $d',
    'd=$(mktemp -d) e=$(git config x.y); rm -rf "$d" "$e"',
    'd=$(mktemp -d | tr a b); rm -rf "$d"',
    'd=$(mktemp -d >/dev/null; git config x.y); rm -rf "$d"',
    'd=$(mktemp -u); rm -rf "$d"',
    'd=$(mktemp -qdu); rm -rf "$d"',
    'd=$(ssh host mktemp -d); rm -rf "$d"',
    'mktemp() { git config x.y; }; d=$(mktemp -d); rm -rf "$d"',
    'alias mktemp="git config x.y"; shopt -s expand_aliases; eval \'d=$(mktemp -d); rm -rf "$d"\'',
    'd=$(mktemp -d); [ -f x ] && d=$(git config x.y); rm -rf "$d"',
    'd=$(mktemp -d); read d; rm -rf "$d"',
    'd=$(mktemp -d); mv notes "$d"; rm -rf "$d"',
    'd=$(mktemp -d); mv notes "$d/x"; rm -rf "$d"',
    'd=$(mktemp -d); mv notes $d; rm -rf "$d"',
    'd=$(mktemp -d); cd "$d"; mv ~-/notes .; cd -; rm -rf "$d"',
    'd=$(mktemp -d); cd "$d"; rm -rf *',
  ])('not %s', (source) => {
    expect(scored(source, MACHINE)).toBeGreaterThan(ALLOWED);
  });
}); // prettier-ignore

describe(verifies('understand:traps'), () => {
  test.for([
    'd=/tmp/p; trap \'rm -rf "$d"\' EXIT; make',
    'd=/tmp/p; trap \'rm -rf "$d"\' EXIT; if make; then echo yes; fi; for i in a b; do e=$i; done',
    'd=/tmp/p; clean() { rm -rf "$d"; }; trap clean EXIT INT; make',
    'trap - EXIT; make',
  ])('%s', (source) => {
    expect(scored(source, MACHINE)).toBeLessThanOrEqual(ALLOWED);
  });

  test.for([
    'd=/tmp/p; trap \'rm -rf "$d"\' EXIT; d=notes; make',
    'd=/tmp/p; trap \'rm -rf "$d"\' EXIT; if make; then d=notes; exit; fi; d=/tmp/p',
    'd=/tmp/p; trap \'rm -rf "$d"\' EXIT; for d in notes; do make; done',
    'd=/tmp/p; trap \'rm -rf "$d"\' EXIT; read d',
    'd=/tmp/p; trap \'rm -rf "$d"\' EXIT; unset d; export d=notes',
    'cd /tmp; trap "rm -rf *" EXIT; cd - ; cd notes',
    'trap clean EXIT; clean() { rm -rf notes; }; make',
    'f() { rm -rf /tmp/p; }; trap f EXIT; f() { rm -rf notes; }',
    'trap "rm -rf notes" EXIT; make',
    'trap "trap \'rm -rf notes\' INT" EXIT; make',
  ])('not %s', (source) => {
    expect(scored(source, MACHINE)).toBeGreaterThan(ALLOWED);
  });
}); // prettier-ignore
