/** What an exported model computes in: single precision, half precision, or 8-bit whole numbers where that is worth it. */
export const precisions = ['float32', 'float16', 'int8'] as const;
export type Precision = (typeof precisions)[number];

/** Constants with fewer numbers stay in float32 where the precision is int8: they save nothing. */
export const smallestQuantised = 256;
