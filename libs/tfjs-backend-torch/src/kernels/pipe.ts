import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';

/** Runs steps one after another, each on the result of the one before, and releases what lies between. `start` stays the caller's. */
export function pipe({ addon }: TorchBackend, start: Handle, ...steps: ((x: Handle) => Handle)[]): Handle {
  let current = start;
  for (const step of steps) {
    try {
      const next = step(current);
      if (current !== start) addon.release(current);
      current = next;
    } catch (error) {
      if (current !== start) addon.release(current);
      throw error;
    }
  }
  return current === start ? addon.alias(start) : current;
}
