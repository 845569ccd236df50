/** Behaviours promised by repo. */
export const repo = {} as const;
