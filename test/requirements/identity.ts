/** Behaviours promised by identity. */
export const identity = {} as const;
