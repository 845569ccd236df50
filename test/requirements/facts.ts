/** Behaviours promised by facts. */
export const facts = {} as const;
