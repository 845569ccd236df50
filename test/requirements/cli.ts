/** Behaviours promised by cli. */
export const cli = {} as const;
