/** Behaviours promised by gate. */
export const gate = {} as const;
