import { join } from 'node:path';
import { eachCsvRow } from './csv-stream.js';

/** What the machine measured on one ECG; NaN where it gave nothing, or a value that no heart has. */
export interface MachineMeasurement {
  readonly heartRateBpm: number;
  readonly prMs: number;
  readonly qrsMs: number;
  readonly qtMs: number;
  /** QT corrected by Fridericia's formula, QT / (RR / 1 s)^(1/3). */
  readonly qtcMs: number;
  /** Axes in degrees, above -180 up to 180. */
  readonly pAxisDeg: number;
  readonly qrsAxisDeg: number;
  readonly tAxisDeg: number;
}

const names = [
  'heartRateBpm',
  'prMs',
  'qrsMs',
  'qtMs',
  'qtcMs',
  'pAxisDeg',
  'qrsAxisDeg',
  'tAxisDeg',
] as const satisfies readonly (keyof MachineMeasurement)[];

/** The machine measurements of a whole folder, a column each; row i belongs to `studyIds[i]`. */
export interface MimicMeasurements extends Readonly<Record<keyof MachineMeasurement, Float32Array>> {
  readonly studyIds: Int32Array;
  readonly subjectIds: Int32Array;
}

/** The columns of `machine_measurements.csv` that {@link measurementOf} takes, in its order. */
export const measurementColumns = [
  'rr_interval',
  'p_onset',
  'p_end',
  'qrs_onset',
  'qrs_end',
  't_end',
  'p_axis',
  'qrs_axis',
  't_axis',
] as const;

/**
 * Intervals and axes of a row. The file has sentinels such as 29999 for what could not be measured, so that every value must lie where a
 * measurement can: RR 200 to 3,000 ms, PR 60 to 600, QRS 40 to 300, QT 160 to 900, axes -180 to 360 degrees; and its waves in their order.
 *
 * @param cells those of {@link measurementColumns}
 */
export function measurementOf(cells: readonly string[]): MachineMeasurement {
  const [rr, pOnset, pEnd, qrsOnset, qrsEnd, tEnd, ...axes] = cells.map((cell) => (cell === '' ? NaN : Number(cell)));
  const rrMs = within(rr, 200, 3000);
  const qtMs = qrsEnd < tEnd ? within(tEnd - qrsOnset, 160, 900) : NaN;
  const [pAxisDeg, qrsAxisDeg, tAxisDeg] = axes.map(axis);
  const prMs = pOnset < pEnd && pEnd <= qrsOnset ? within(qrsOnset - pOnset, 60, 600) : NaN;
  return {
    heartRateBpm: 60_000 / rrMs,
    prMs,
    qrsMs: within(qrsEnd - qrsOnset, 40, 300),
    qtMs,
    qtcMs: qtMs / Math.cbrt(rrMs / 1000),
    ...{ pAxisDeg, qrsAxisDeg, tAxisDeg },
  };
}

/**
 * Reads the numbers of `machine_measurements.csv`: regression targets, 36 bytes an ECG.
 *
 * @param dataDir the folder of MIMIC-IV-ECG
 * @example
 * const { studyIds, qrsMs } = await mimicMeasurements('mimic-iv-ecg');
 */
export async function mimicMeasurements(dataDir: string): Promise<MimicMeasurements> {
  const ids: [studies: number[], subjects: number[]] = [[], []];
  const columns: number[][] = names.map(() => []);
  await eachCsvRow(
    join(dataDir, 'machine_measurements.csv'),
    ['study_id', 'subject_id', ...measurementColumns],
    ([study, subject, ...cells]) => {
      ids[0].push(Number(study));
      ids[1].push(Number(subject));
      const row = measurementOf(cells);
      names.forEach((name, i) => columns[i].push(row[name]));
    },
  );
  return {
    studyIds: Int32Array.from(ids[0]),
    subjectIds: Int32Array.from(ids[1]),
    // fromEntries forgets which keys it was given
    ...(Object.fromEntries(names.map((name, i) => [name, Float32Array.from(columns[i])])) as Record<
      keyof MachineMeasurement,
      Float32Array
    >),
  };
}

/**
 * The classes of task `interval-classes` and when an ECG has them: rates and intervals as usual in adults, QTc and axes as in the AHA/ACCF/HRS
 * recommendations (Circulation 119:e241 and e235, 2009; the lower of the two limits for women and men would need the sex, so QTc has women's).
 */
const classes: readonly (readonly [name: string, has: (m: MachineMeasurement) => boolean])[] = [
  ['bradycardia', ({ heartRateBpm }) => heartRateBpm < 60],
  ['tachycardia', ({ heartRateBpm }) => heartRateBpm > 100],
  ['pr-not-measured', ({ prMs }) => Number.isNaN(prMs)],
  ['pr-short', ({ prMs }) => prMs < 120],
  ['pr-prolonged', ({ prMs }) => prMs > 200],
  ['qrs-wide', ({ qrsMs }) => qrsMs >= 120],
  ['qtc-short', ({ qtcMs }) => qtcMs <= 390],
  ['qtc-prolonged', ({ qtcMs }) => qtcMs >= 460],
  ['axis-left', ({ qrsAxisDeg }) => qrsAxisDeg < -30 && qrsAxisDeg >= -90],
  ['axis-right', ({ qrsAxisDeg }) => qrsAxisDeg > 90],
  ['axis-extreme', ({ qrsAxisDeg }) => qrsAxisDeg < -90],
];

/** The classes of task `interval-classes`, in the order of their bits. */
export const mimicIntervalClasses = classes.map(([name]) => name);

/**
 * The classes of a measurement, bit k for class k; `undefined` where rate, QRS, QT or the QRS axis is missing, so that nothing is known of
 * some classes. A missing PR (no P wave was found) is a class.
 */
export function intervalLabels(measurement: MachineMeasurement): number | undefined {
  const { heartRateBpm, qrsMs, qtMs, qrsAxisDeg } = measurement;
  if (Number.isNaN(heartRateBpm + qrsMs + qtMs + qrsAxisDeg)) return undefined;
  return classes.reduce((bits, [, has], k) => (has(measurement) ? bits | (1 << k) : bits), 0);
}

const within = (value: number, low: number, high: number): number => (value >= low && value <= high ? value : NaN);

/** -180 and 180 are the same direction: 180. */
function axis(degrees: number): number {
  const checked = within(degrees, -180, 360);
  return checked > 180 ? checked - 360 : checked === -180 ? 180 : checked;
}
