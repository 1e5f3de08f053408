/** A seed as an initialiser of TensorFlow.js must get it: to these, 0 is no seed, and what they make of it differs each time. */
export const initializerSeed = (seed: number): number => seed || 2 ** 32;
