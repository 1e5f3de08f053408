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
