/** Behaviours promised by approvals. */
export const approvals = {} as const;
