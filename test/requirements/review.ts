/** Behaviours promised by looking afterwards at what was let through. */
export const review = {
  'review:listed': 'what waits is found by an index, oldest first, counted exactly, and is the same after a restart',
  'review:passes':
    'what a rule marks passes at once, is listed with its reasons, is marked, and stays gone after a restart',
  'review:unasked':
    'what ran only because of observe mode or a pause joins the queue, and so does a high risk that a grant lets repeat',
  'review:held': 'what is denied, held, or approved by a person beforehand joins no queue',
  'review:person': 'marking needs a person: an agent and a locked terminal are refused',
  'review:once': 'each action is marked once, also when two people do it at the same moment',
  'review:live': 'whoever watches learns of what joins and leaves, with the count',
  'review:cli': 'the command lists, marks one or all that it shows, and names the next step after `--wrong`',
  'review:upgrade': 'a trace of an earlier release opens, and what is marked from then on waits and verifies',
} as const;
