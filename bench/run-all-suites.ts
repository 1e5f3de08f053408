import { numberIn, tableRows } from './run-all-table.js';

/** One figure of a suite. */
export interface Measured {
  /** Its name in targets.json. */
  readonly name: string;
  readonly value: number;
}

/** One benchmark: how it is called with a modest budget, whom it needs, and which figures its tables hold. */
export interface Suite {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  /** Modules of the Python that is the peer; none where there is no peer. */
  readonly peer: readonly string[];
  /** What a figure says, and which way is better. */
  readonly figure: string;
  readonly better: 'higher' | 'lower';
  read(output: string): Measured[];
}

const models = 'se_resnet1d,cnn_lstm,ecg_transformer,heartbeit';

export const suites: readonly Suite[] = [
  {
    name: 'train',
    script: 'train/train.ts',
    args: ['--models', models, '--lengths', '1000', '--budget', '20', '--no-parity'],
    peer: ['torch', 'numpy'],
    figure: 'a training step of 32 windows of 12 x 1000: ours / PyTorch',
    better: 'lower',
    read: (output) =>
      tableRows(output)
        .filter((row) => row['wall ×'] !== '' && row['side'] !== 'PyTorch')
        .flatMap((row) => [
          { name: `${row['model']}, time`, value: numberIn(row['wall ×']) },
          { name: `${row['model']}, peak memory`, value: numberIn(row['peak ×']) },
        ]),
  },
  {
    name: 'wfdb',
    script: 'wfdb/wfdb.ts',
    args: ['--rounds', '5'],
    peer: ['numpy'],
    figure: 'reading MIT-BIH: time of wfdb-python, or of its steps in numpy / ours',
    better: 'higher',
    read: (output) =>
      tableRows(output).map((row) => ({
        name: row['all records'],
        value: numberIn(/\| ([\d.]+)x/.exec(lineOf(output, row['all records']))?.[1]),
      })),
  },
  {
    name: 'loader',
    script: 'loader/loader.ts',
    args: ['--layouts', 'ptbxl-100', '--models', models, '--workers', '0', '--steps', '6', '--budget', '15'],
    peer: [],
    figure: 'share of the time that a trainer waits for its batches, no threads, %',
    better: 'lower',
    read: (output) =>
      tableRows(output)
        .filter((row) => row['share'] !== undefined)
        .map((row) => ({ name: row['model'], value: numberIn(row['share']) })),
  },
  {
    name: 'signal',
    script: 'signal/signal.ts',
    args: ['--rounds', '11'],
    peer: ['numpy', 'scipy'],
    figure: "12 leads x 5000, float32 on both sides, one thread: SciPy's time / ours",
    better: 'higher',
    read: (output) =>
      tableRows(output)
        .filter((row) => row['record'].endsWith('float32'))
        .map((row) => ({ name: `${row['record']}: ${row['SciPy']}`, value: numberIn(row['ratio']) })),
  },
  {
    name: 'eval',
    script: 'eval/eval.ts',
    args: ['--rounds', '5'],
    peer: ['sklearn', 'numpy'],
    figure: "macro AUROC of 20,000 x 71, one thread: scikit-learn's time / ours",
    better: 'higher',
    read: (output) => tableRows(output).map((row) => ({ name: row['macro AUROC'], value: numberIn(row['ratio']) })),
  },
  {
    name: 'infer',
    script: 'infer/infer.ts',
    args: ['--models', models, '--batches', '1', '--budget', '4'],
    peer: ['torch', 'numpy'],
    figure: "one window of 12 x 1000 in ONNX Runtime, float32: eager PyTorch's time / ours",
    better: 'higher',
    read: (output) =>
      tableRows(output)
        .filter((row) => row['side'] === 'float32')
        .map((row) => ({ name: row['model'], value: numberIn(row['PyTorch / ours']) })),
  },
];

/** The line of a table that begins with a cell. */
function lineOf(output: string, cell: string): string {
  return output.split('\n').find((line) => line.startsWith(`| ${cell} |`)) ?? '';
}
