/** Behaviours promised by api. */
export const api = {} as const;
