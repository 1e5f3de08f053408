import { standardLeads } from '@cardio/signal';

const byPlainName = new Map<string, string>([
  ...standardLeads.map((lead): [string, string] => [lead.toLowerCase(), lead]),
  ...['I', 'II', 'III'].flatMap((lead): [string, string][] => [[`d${lead.toLowerCase()}`, lead]]),
  ['1', 'I'],
  ['2', 'II'],
  ['3', 'III'],
  ...['1', '2', '3', '4', '5', '6'].map((n): [string, string] => [`c${n}`, `V${n}`]),
]);
/** Words that makers put around a lead's name. */
const wrapping = /^(?:mdc[_ ]ecg[_ ]lead[_ ]|(?:ecg|ekg|lead)[\s:_-]+)+/i;

/**
 * A lead under its standard name: `ECG II`, `MDC_ECG_LEAD_II`, `Lead II (Einthoven)`, `DII` and `ii` are all `II`, and `C1` is `V1`. A name that
 * is no spelling of a standard lead stays as it is, such as `MLII`, which is another lead.
 */
export function leadName(name: string): string {
  const bare = name
    .trim()
    .replace(wrapping, '')
    .replace(/\s*\([^)]*\)$/, '');
  const wrapped = bare !== name.trim();
  const found = byPlainName.get(bare.toLowerCase());
  // A bare number is a lead only where something says that it is one: `Lead 2`.
  return found !== undefined && (wrapped || !/^\d$/.test(bare)) ? found : name.trim();
}

/** The standard lead of a code of SCP-ECG (`5.6.3-9-2`) or of MDC (`2:2`), whose last number counts the leads alike. */
export function leadOfCode(code: string): string | undefined {
  const number = /^(?:5\.6\.3-9-|2:)(\d+)$/.exec(code.trim())?.[1];
  return number === undefined ? undefined : codes[number];
}

const codes: Readonly<Record<string, string>> = {
  1: 'I',
  2: 'II',
  3: 'V1',
  4: 'V2',
  5: 'V3',
  6: 'V4',
  7: 'V5',
  8: 'V6',
  61: 'III',
  62: 'aVR',
  63: 'aVL',
  64: 'aVF',
};
