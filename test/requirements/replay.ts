/** Recorded actions judged again, and rules made from them. */
export const replay = {
  'replay:exact': 'under the same policy and engine a recorded action is judged to the same bytes',
  'replay:golden':
    'traces of every engine version open, are labelled with it, and that of this version replays to the byte',
  'replay:compares': 'under another policy each action is same, stricter or looser, with every finding that differs',
  'replay:unrecorded':
    'facts that another policy or engine would need and that were not recorded are unknown, and named',
  'replay:erased': 'erased payloads are counted and named',
  'replay:looks-nowhere': 'a replay runs nothing and looks at no file of the action',
  'replay:hostile': 'what a trace holds that cannot be read or judged is counted, and the rest is judged as ever',
  'replay:anywhere': 'a replay says the same bytes whatever the time zone and the language of the machine',
  'replay:live': 'a replay of a trace in use neither waits for its writer nor holds it up',
  'replay:command': '`replay` takes one trace or a span of time, and another folder of policies, preset or pack',
  'policy-from:rule':
    'a rule made from a trace matches this action, leaves its neighbour alone, and brings tests for both',
  'policy-from:names': 'a rule made from a trace names nothing whose name would stand for others too',
  'policy-from:any-words':
    'whatever words an action is made of, a rule made from it loads, means it, and its tests pass',
  'policy-from:history': 'a rule made from a trace shows what it would have changed before',
  'policy-from:write': 'writing such a rule is for people alone, and never over another file',
} as const;
