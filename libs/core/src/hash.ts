/**
 * A stable 32-bit hash of a text (MurmurHash3 x86_32 of its UTF-8 bytes, Appleby 2011): the same on every machine and version,
 * so that splits and seeds derived from names never move. Not for security.
 *
 * @returns an integer in [0, 2^32)
 */
export function hash32(text: string, seed = 0): number {
  const bytes = new TextEncoder().encode(text);
  const mix = (k: number): number => Math.imul(rotateLeft(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593);
  let h = seed | 0;
  let i = 0;
  for (; i + 4 <= bytes.length; i += 4) {
    h ^= mix(bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24));
    h = (Math.imul(rotateLeft(h, 13), 5) + 0xe6546b64) | 0;
  }
  let tail = 0;
  for (let j = bytes.length - 1; j >= i; j--) tail = (tail << 8) | bytes[j];
  if (i < bytes.length) h ^= mix(tail);
  h ^= bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** JSON with sorted keys and no spaces: equal values give equal texts, whatever the order in which their keys were set. */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_, v: unknown) =>
    v !== null && typeof v === 'object' && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

const rotateLeft = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));
