/** Behaviours promised by bench. */
export const bench = {
  'bench:growth': 'a soak tells growth from warming up, from noise and from a single wild sample',
  'bench:soak': 'guarded commands leave no descriptor, thread or file behind, except the trace',
  'bench:page': 'the page of figures tells every budget of the newest baseline, met, missed or not measured',
} as const;
