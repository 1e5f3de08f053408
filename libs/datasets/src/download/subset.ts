import { CardioError } from '@cardio/core';
import type { DownloadSource } from './sources.js';

/**
 * Which files a subset takes: those of the units it names and those that belong to none, such as tables.
 *
 * @param subset units separated by commas, each a beginning (`p1000`), a range with both ends (`p00000-p00049`) or `first:20`; all
 *   when it is `undefined`
 * @throws {CardioError} `usage` for a part that names no unit
 */
export function subsetFilter(
  source: DownloadSource,
  paths: Iterable<string>,
  subset: string | undefined,
): (path: string) => boolean {
  if (subset === undefined) return () => true;
  const found = new Set<string>();
  for (const path of paths) {
    const unit = source.unitOf(path);
    if (unit !== undefined) found.add(unit);
  }
  const units = [...found].sort();
  const taken = new Set<string>();
  for (const part of subset.split(',')) {
    const chosen = unitsNamed(part.trim(), units);
    if (chosen.length === 0) throw unknownPart(source, part.trim(), units);
    for (const unit of chosen) taken.add(unit);
  }
  return (path) => {
    const unit = source.unitOf(path);
    return unit === undefined || taken.has(unit);
  };
}

function unitsNamed(part: string, units: readonly string[]): readonly string[] {
  const first = /^first:(\d+)$/.exec(part);
  if (first) return units.slice(0, Number(first[1]));
  const [from, to] = part.split('-');
  if (to !== undefined) return units.filter((unit) => unit >= from && (unit <= to || unit.startsWith(to)));
  return part === '' ? [] : units.filter((unit) => unit.startsWith(part));
}

function unknownPart(source: DownloadSource, part: string, units: readonly string[]): CardioError {
  const there =
    units.length === 0 ? 'none' : units.length <= 3 ? units.join(', ') : `${units[0]} to ${units[units.length - 1]}`;
  return new CardioError(
    'usage',
    `The subset \`${part}\` names none of the ${source.units} of ${source.name} (there: ${there}). ` +
      `Write for instance ${source.subsetExamples.map((example) => `\`${example}\``).join(' or ')}.`,
  );
}
