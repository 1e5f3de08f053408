/** A number, or why there is none. */
export type Score =
  { readonly value: number; readonly reason: null } | { readonly value: null; readonly reason: string };

/** A score that is defined. */
export const known = (value: number): Score => ({ value, reason: null });

/** A score that is not defined, and why, as a clause without a full stop. */
export const undefinedBecause = (reason: string): Score => ({ value: null, reason });
