/** Behaviours promised by policy. */
export const policy = {} as const;
