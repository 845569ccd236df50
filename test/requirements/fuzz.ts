/** Behaviours promised for hostile input. */
export const fuzz = {
  'fuzz:native-corpus': 'the native clients take every input that fuzzing kept without a fault that sanitizers see',
  'fuzz:questions-are-read':
    'what a native client asks is JSON in UTF-8 whatever the command line holds, and the daemon reads its words',
  'fuzz:script-targets':
    'hostile commands, files, messages and frames have one answer, and no wrapper makes one look better',
  'fuzz:look-alikes':
    'letters that pass for Latin ones are shown by their numbers, and text of any language stays readable',
  'fuzz:long-text': 'what is too long loses its middle, never its end, and says how much',
  'fuzz:no-forged-lines': 'no text from elsewhere begins a line that looks like one of ours',
  'fuzz:last-place': 'nothing that acts on a terminal gets past the last place before it, and JSON stays the same',
  'fuzz:printing-paths': 'hostile text in any field of an action is shown as text by every command and message',
  'fuzz:printing-offline': 'hostile words, files and policies are shown as text by commands without a daemon',
  'fuzz:long-stage': 'the long stage runs only when it is asked for, for ten minutes or as long as was said',
} as const;
