/** Behaviours promised by redact. */
export const redact = {} as const;
