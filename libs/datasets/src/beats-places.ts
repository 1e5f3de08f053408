/**
 * For each of `beats` beats its place among the chosen ones: how many of these come before it; after the last of them the last one's place.
 *
 * @param chosen indices, ascending, one at least
 */
export function places(beats: number, chosen: readonly number[]): number[] {
  let before = 0;
  return Array.from({ length: beats }, (_, beat) => {
    while (before < chosen.length - 1 && chosen[before] < beat) before++;
    return before;
  });
}
