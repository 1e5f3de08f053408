/**
 * A lead without its gaps (NaN): a straight line between the samples on both sides; at the ends, the nearest sample. A lead that has not one
 * sample stays as it is.
 *
 * @param lead in mV; not changed
 * @example fillGaps(Float32Array.of(NaN, 1, NaN, 3)) // 1, 1, 2, 3
 */
export function fillGaps(lead: Float32Array): Float32Array {
  const filled = lead.slice();
  let last = -1; // the last sample that is there
  for (let i = 0; i <= lead.length; i++) {
    if (i < lead.length && Number.isNaN(lead[i])) continue;
    if (i === lead.length && last < 0) break;
    const after = i < lead.length ? lead[i] : lead[last];
    const before = last < 0 ? after : lead[last];
    for (let j = last + 1; j < i; j++) filled[j] = before + ((after - before) * (j - last)) / (i - last);
    last = i;
  }
  return filled;
}
