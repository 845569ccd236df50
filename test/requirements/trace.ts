/** Behaviours promised by trace. */
export const trace = {
  'trace:tree': 'the tree has the published roots of RFC 6962',
  'trace:signed-note': 'checkpoints are signed notes that others can check',
} as const;
