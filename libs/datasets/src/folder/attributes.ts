import type { RecordAttributes } from '../dataset.js';
import type { FolderRow } from './table.js';

const sexes: Readonly<Record<string, 'female' | 'male'>> = { f: 'female', female: 'female', m: 'male', male: 'male' };

/**
 * What the columns `sex` (f, female, m, male), `age` (years), `site` and `device` of a table say of a file, in any case of letters; what is missing or
 * something else is left out. By these a report divides its scores.
 */
export function rowAttributes({ cells }: Pick<FolderRow, 'cells'>): RecordAttributes {
  const known = new Map([...cells].map(([column, cell]) => [column.toLowerCase(), cell.trim()]));
  const [sex, age] = [sexes[known.get('sex')?.toLowerCase() ?? ''], Number(known.get('age') || NaN)];
  const [site, device] = [known.get('site'), known.get('device')];
  return {
    ...(sex && { sex }),
    ...(age >= 0 && age <= 130 && { ageYears: age }),
    ...(site && { site }),
    ...(device && { device }),
  };
}
