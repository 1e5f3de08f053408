import * as z from 'zod'; // by `* as`, pages get only what is used of it

/** Fields that parts of the schema share. */
export const text = z.string().min(1).max(10_000);
export const names = z.array(z.string().min(1).max(1000)).max(10_000);
export const lines = z.array(z.string().max(100_000)).max(1000);
export const count = z.int().nonnegative();
export const hz = z.number().positive().max(100_000);
