/** Behaviours promised for hostile input. */
export const fuzz = {
  'fuzz:native-corpus': 'the native clients take every input that fuzzing kept without a fault that sanitizers see',
  'fuzz:questions-are-read':
    'what a native client asks is JSON in UTF-8 whatever the command line holds, and the daemon reads its words',
  'fuzz:script-targets':
    'hostile commands, files, messages and frames have one answer, and no wrapper makes one look better',
} as const;
