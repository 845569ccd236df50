/** Behaviours promised by cli. */
export const cli = {
  'cli:launcher': 'setup puts the command where a person can type it, and uninstall takes it away',
  'cli:long-command':
    'of many plainly written paths in one place the first few are shown and the rest counted; every other word is shown',
  'cli:printable': 'nothing that is shown can hide text, move the cursor or turn the line round',
  'cli:key-passphrase': 'a passphrase key opens with its passphrase alone, and whose it is cannot be changed',
  'cli:key-unlocked': 'while unlocked, neither the key file nor the wrap key alone can sign',
  'cli:key-private': 'key files are readable by their owner alone',
  'cli:vote-digest': 'a vote is never signed over a digest that is not that of the action shown',
  'cli:vote-scope': 'a scope that the approval does not offer is never signed',
  'cli:digest-context': 'what an agent says about itself does not change the action digest',
  'cli:unknown-command': 'a mistyped command is answered with the one that was meant',
  'cli:help': 'every command explains itself',
  'cli:pass-through': 'options of a guarded command are never taken for those of run',
  'cli:settle': 'an answer is ignored shortly after what is shown changed',
  'cli:live-messages': 'what the live view says goes when it no longer holds',
  'cli:whole-shown': 'what does not fit on the screen cannot be approved there',
  'cli:recording-cap': 'a recording never grows past its cap and says where it stopped',
  'cli:recording-redacted': 'a secret that arrives in pieces is redacted in the recording',
  'cli:frame-fields':
    'the fields of a frame are told in words, and a text of several lines as a block that cannot pose as ours',
  'cli:log-marks': 'a line of the log says that it waits to be looked at, or what was found',
  'cli:log-canaries': 'the log leaves out the commands of doctor, and nothing that only looks like one',
  'cli:same-judgement':
    'explain and score come to the same for the same command and folder; in a folder that is not there nothing is looked at',
  'cli:explain-daemon': 'a running daemon is asked how it would judge, which leaves no frame and no memory of it',
  'cli:explain-line': 'explain takes one word with blanks in it as shell source, unless it is a program that is there',
  'cli:explain-unguarded': 'explain says which programs no shell asks about',
  'cli:unknown-words': 'what is not known is said in words, once for each reason',
  'cli:run-exit': 'the exit code and the signal of a guarded command are passed on unchanged',
  'cli:run-session': 'a guarded command runs in a kernel session of its own with the shims first in PATH',
  'cli:run-terminal':
    'on a terminal a guarded command has one of its own, with keys and sizes passed through, and is recorded',
  'cli:run-said': 'on a terminal a run says what it guards, as which agent and until when, once',
  'cli:run-no-hangup': 'a command that closes its streams before it exits ends as it would without us',
  'cli:run-nested':
    'a run within a run is in the session of the outer one, ends with its command, and is recorded there',
  'cli:recording-fails': 'a recording that cannot be written is said once, and the command runs on to its own end',
  'cli:json-errors': 'with --json every failure has the same shape',
  'cli:unlock-needs-terminal': 'without a terminal unlock asks for a passphrase file and not for itself',
  'cli:frame-words': 'a frame of a trace says who decided what and how it ended',
  'cli:passphrase-typed': 'a passphrase is asked for without showing it, twice when it is new',
  'cli:live-approve':
    'the person at npm start approves with two keys and a passphrase, and enforcement outlives the view',
  'cli:start-run': 'npm start with a command runs it guarded in the folder of the caller and ends as it does',
  'cli:demo': 'the demo shows a hold, a denial that lasts and a verified trace, and leaves nothing behind',
  'cli:run-governed': 'below run nobody can approve, pause or change the mode',
  'cli:run-resume': 'a run goes on as the same session after the daemon restarted',
  'cli:setup-idempotent': 'setup works without a terminal, and a second one changes nothing',
  'cli:unlock-approve': 'an unlocked terminal approves a held command and it runs',
  'cli:keychain':
    'a key goes into the keychain of the desktop and comes back; without one it goes nowhere that forgets it',
  'cli:deny': 'a denied command ends with 126 and its target is intact',
  'cli:up-idempotent': 'up starts one daemon however many ask for it, and down stops it',
  'cli:trace-verify': 'the trace is verified without a daemon',
  'cli:install': 'install guards tools in the shells, twice is harmless, and uninstall leaves no trace of it',
  'cli:policy-accept':
    'an edit that waits is shown with what it would change, and comes into force when a person says so',
  'cli:preset-while-agents-run':
    'the command that chooses a preset takes effect while an agent runs, and takes nothing else along',
  'cli:policy-preset':
    'a preset is chosen by one command, is in force in a running daemon at once, and leaves the rest of the settings as written',
  'cli:policy-diff':
    'what another preset, pack or folder would change is told by rule and by decision, and changes nothing',
  'cli:policy-explain': 'one rule is shown in full, with who loosened it and tests it speaks in',
  'cli:policy-schema': 'the schema for editors accepts every policy and every test that comes with Countersign',
  'cli:guide-policies': 'the rule, the tests and the commands of the guide to policies do what it says',
  'cli:explain': 'explain and score judge without a daemon and execute nothing',
} as const;
