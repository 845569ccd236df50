/** Behaviours promised by native. */
export const native = {} as const;
