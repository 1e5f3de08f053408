/** How one class's probability becomes a calibrated one: of one class alone never so, that two examples change their order. */
export type ClassMap =
  /** sigmoid(logit(p) / T); in a multi-class task softmax(log(p) / T), one T for all. */
  | { readonly temperature: number }
  /** sigmoid(slope * logit(p) + intercept). */
  | { readonly slope: number; readonly intercept: number }
  /** The line through these knots. */
  | { readonly x: readonly number[]; readonly y: readonly number[] };

/** A map, or why there is none. */
export type Fitted =
  { readonly map: ClassMap; readonly reason: null } | { readonly map: null; readonly reason: string };
