/** Behaviours promised by engine. */
export const engine = {} as const;
