/** What one annotation code of the MIT format stands for. */
export interface AnnotationType {
  /** 1 to 49 (0 is no annotation). */
  readonly code: number;
  /** What WFDB prints, such as `N`. */
  readonly symbol: string;
  /** Its name in ecgcodes.h, such as `NORMAL`; empty for codes left to users. */
  readonly name: string;
  /** In words, such as `Normal beat`; empty for codes left to users. */
  readonly description: string;
}

const user = ['', '', ''] as const;

/** Symbol, name and text of each code from 0, as WFDB's ecgcodes.h and annot(5) have them. */
const table: readonly (readonly [symbol: string, name: string, description: string])[] = [
  [' ', 'NOTQRS', 'Not an actual annotation'],
  ['N', 'NORMAL', 'Normal beat'],
  ['L', 'LBBB', 'Left bundle branch block beat'],
  ['R', 'RBBB', 'Right bundle branch block beat'],
  ['a', 'ABERR', 'Aberrated atrial premature beat'],
  ['V', 'PVC', 'Premature ventricular contraction'],
  ['F', 'FUSION', 'Fusion of ventricular and normal beat'],
  ['J', 'NPC', 'Nodal (junctional) premature beat'],
  ['A', 'APC', 'Atrial premature contraction'],
  ['S', 'SVPB', 'Premature or ectopic supraventricular beat'],
  ['E', 'VESC', 'Ventricular escape beat'],
  ['j', 'NESC', 'Nodal (junctional) escape beat'],
  ['/', 'PACE', 'Paced beat'],
  ['Q', 'UNKNOWN', 'Unclassifiable beat'],
  ['~', 'NOISE', 'Change in signal quality'],
  user,
  ['|', 'ARFCT', 'Isolated QRS-like artifact'],
  user,
  ['s', 'STCH', 'ST segment change'],
  ['T', 'TCH', 'T-wave change'],
  ['*', 'SYSTOLE', 'Systole'],
  ['D', 'DIASTOLE', 'Diastole'],
  ['"', 'NOTE', 'Comment annotation'],
  ['=', 'MEASURE', 'Measurement annotation'],
  ['p', 'PWAVE', 'P-wave peak'],
  ['B', 'BBB', 'Left or right bundle branch block'],
  ['^', 'PACESP', 'Non-conducted pacer spike'],
  ['t', 'TWAVE', 'T-wave peak'],
  ['+', 'RHYTHM', 'Rhythm change'],
  ['u', 'UWAVE', 'U-wave peak'],
  ['?', 'LEARN', 'Learning'],
  ['!', 'FLWAV', 'Ventricular flutter wave'],
  ['[', 'VFON', 'Start of ventricular flutter/fibrillation'],
  [']', 'VFOFF', 'End of ventricular flutter/fibrillation'],
  ['e', 'AESC', 'Atrial escape beat'],
  ['n', 'SVESC', 'Supraventricular escape beat'],
  ['@', 'LINK', 'Link to external data'],
  ['x', 'NAPC', 'Non-conducted P-wave (blocked APB)'],
  ['f', 'PFUS', 'Fusion of paced and normal beat'],
  ['(', 'WFON', 'Waveform onset'],
  [')', 'WFOFF', 'Waveform end'],
  ['r', 'RONT', 'R-on-T premature ventricular contraction'],
  ...Array.from({ length: 8 }, () => user),
];

/** Every code a file can hold without defining it, 1 to 49; 15, 17 and 42 to 49 are left to users and print as `[15]`. */
export const annotationTypes: readonly AnnotationType[] = table
  .map(([symbol, name, description], code) => ({ code, symbol: symbol || `[${code}]`, name, description }))
  .slice(1);

const bySymbol = new Map(annotationTypes.map((type) => [type.symbol, type]));

/** The largest number a word can hold as an annotation's code; above it are the pseudo codes. */
const maxCode = 58;

/** The symbol of a code, such as `N` for 1; `[50]` for a code that WFDB leaves free. */
export function symbolOf(code: number): string {
  return table[code]?.[0] || `[${code}]`;
}

/** The code of a symbol, such as 1 for `N` and 50 for `[50]`, or `undefined` for an unknown one. */
export function codeOf(symbol: string): number | undefined {
  if (symbol === ' ') return 0;
  const code = bySymbol.get(symbol)?.code ?? Number(/^\[([1-9]\d?)\]$/.exec(symbol)?.[1]);
  return code <= maxCode && symbolOf(code) === symbol ? code : undefined;
}

/** What a symbol means in words, such as `Normal beat` for `N`; `undefined` for an unknown one or one left to users. */
export function descriptionOf(symbol: string): string | undefined {
  return bySymbol.get(symbol)?.description || undefined;
}

/** The pseudo codes, which move the time (`skip`) or carry something about the annotation before them. */
export const pseudo = { skip: 59, number: 60, subtype: 61, channel: 62, aux: 63 } as const;
