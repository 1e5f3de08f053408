import { CardioError } from '@cardio/core';
import { conditionOf } from './harmonise.js';
import { csvRows } from './scp.js';

/** CPSC2018's classes, by its own names: label 1 is the first. */
export const cpscClasses = ['Normal', 'AF', 'I-AVB', 'LBBB', 'RBBB', 'PAC', 'PVC', 'STD', 'STE'] as const;

/** Records of the open training set: A0001 to A6877. */
export const cpscRecords = 6877;

/**
 * The labels of `REFERENCE.csv` by record: indices into {@link cpscClasses}, the first label first, as the official score needs them. A0953 has
 * label 6 twice, which is why counts of all labels have one PAC more than there are records with it.
 *
 * @param text of the file, with or without a byte order mark
 * @throws {CardioError} `data` for a missing column or a row that is not one to three labels from 1 to 9
 */
export function cpscReference(text: string): Map<string, number[]> {
  const columns = ['Recording', 'First_label', 'Second_label', 'Third_label'] as const;
  return new Map(
    csvRows(text, 'REFERENCE.csv', columns).map((row) => {
      const cells = [row.First_label, row.Second_label, row.Third_label].map((cell) => cell.trim());
      const labels = cells.filter((cell) => cell !== '').map((cell) => Number(cell) - 1);
      if (cells[0] === '' || labels.some((k) => !(k in cpscClasses))) {
        throw new CardioError(
          'data',
          `REFERENCE.csv, record ${row.Recording}: labels must be one to three numbers from 1 to 9. Received: ${cells.join(',')}.`,
        );
      }
      return [row.Recording, labels];
    }),
  );
}

/**
 * The labels in a header of PhysioNet's challenges: its line `#Dx: 59118001,164889003` or `# Dx: …`, in the line's order. Codes are SNOMED's, or in
 * the release of February 2020 CPSC2018's own names. PVC is 164884008 there, and its code as well as those of STD and STE are missing from
 * the challenge's table of scored codes.
 *
 * @param info the header's info lines without `#`
 * @throws {CardioError} `data` without such a line, or when none of its codes is one of the nine classes
 */
export function challengeLabels(info: readonly string[]): number[] {
  const [dx] = info.flatMap((line) => /^\s*Dx:(.*)$/i.exec(line)?.[1] ?? []);
  if (dx === undefined) throw new CardioError('data', 'the header has no line `#Dx: …` with its labels.');
  const codes = dx.split(',').map((code) => code.trim());
  const labels = new Set(codes.flatMap((code) => classOf.get(code) ?? []));
  if (labels.size === 0) {
    throw new CardioError('data', `none of its codes (\`Dx: ${dx.trim()}\`) is one of the classes of CPSC2018.`);
  }
  return [...labels];
}

/** Names as they stand, and SNOMED codes: one code of each class, as the challenge writes it. */
const classOf: ReadonlyMap<string, number> = new Map([
  ...cpscClasses.map((name, k) => [name, k] as const),
  ...'426783006 164889003 270492004 164909002 59118001 284470004 164884008 429622005 164931005'
    .split(' ')
    .map((code, k) => [code, k] as const),
]);

/** The class's name in the vocabulary, such as `atrial_fibrillation` for AF. */
export function cpscCondition(label: number): string {
  return conditionOf(cpscClasses[label], 'cpsc') ?? cpscClasses[label];
}
