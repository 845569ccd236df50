/** Behaviours promised by trace. */
export const trace = {} as const;
