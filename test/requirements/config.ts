/** Behaviours promised by settings, the log and the files a person edits. */
export const config = {
  'config:places':
    'every fault of a settings file is named with file, line and column, and with what was probably meant',
  'config:bounds': 'no settings file makes anything milder than the bounds of its settings',
  'config:hostile-file': 'settings that are no regular file, too large or writable by everybody are not taken',
  'config:hot': 'edited settings come into force without a restart, a broken edit does not and is named',
  'config:broken-start':
    'a daemon whose settings do not load starts with the defaults and says so in status, log and trace',
  'config:saves': 'every way of saving a policy or settings file is noticed, and nothing half saved comes into force',
  'config:rego-bundle':
    'checking the settings opens the Rego bundle they name, and explain says why it does not answer',
  'config:show': 'the settings are shown with where each comes from',
  'log:lines': 'the log is one JSON object per line, whatever is logged',
  'log:secrets': 'secrets in errors, their causes and fields never reach the log',
  'log:rotates': 'the log is set aside when it is large, and only the last few files are kept, for their owner alone',
  'log:disk-full': 'a log that cannot be written stops nothing, and what was lost is said',
  'log:crash': 'an error that nobody caught is logged and recorded, ends the daemon, and lets nothing through',
} as const;
