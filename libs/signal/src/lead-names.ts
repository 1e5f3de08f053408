import type { standardLeads } from './leads.js';

/** Other names of the standard leads: D in Spanish and Portuguese, C as IEC 60601-2-25 calls the electrodes of the chest. */
const aliases: Readonly<Record<(typeof standardLeads)[number], readonly string[]>> = {
  I: ['DI', 'D1'],
  II: ['DII', 'D2'],
  III: ['DIII', 'D3'],
  aVR: [],
  aVL: [],
  aVF: [],
  V1: ['C1'],
  V2: ['C2'],
  V3: ['C3'],
  V4: ['C4'],
  V5: ['C5'],
  V6: ['C6'],
};

const standardOf = new Map<string, string>(
  Object.entries(aliases).flatMap(([lead, others]) =>
    [lead, ...others].map((name): [string, string] => [name.toLowerCase(), lead]),
  ),
);
/** Only behind the word "lead": a channel called `ECG 1` or `1` is the first, whatever lead it shows. */
const numbered: Readonly<Record<string, string>> = { 1: 'I', 2: 'II', 3: 'III' };

/** What makers write before a lead's name, and behind it. */
const before = /^(?:mdc[_ ]ecg[_ ]lead[_ ]|(?:ecg|ekg|lead)[\s:_-]+)+/i;
const behind = /\s*\([^)]*\)$/;

/**
 * The standard name of a lead, in any case: `AVR` and `avr` are `aVR`; `DII` and `D2` are `II`; `C1` is `V1`; and so they are with `Lead`, `ECG`,
 * `EKG` or `MDC_ECG_LEAD_` before and a remark in parentheses behind: `MDC_ECG_LEAD_II`, `ECG II`, `Lead 2`, `Lead II (Einthoven)`. A name that is
 * no spelling of a standard lead is only trimmed: `MLII`, `V3R`, `-aVR` and `ECG1` are other leads.
 *
 * @example leadName('ECG Lead avr') // 'aVR'
 */
export function leadName(text: string): string {
  const name = text.trim();
  const found = standardOf.get(name.toLowerCase());
  if (found !== undefined) return found;
  const prefix = before.exec(name)?.[0] ?? '';
  const bare = name.slice(prefix.length).replace(behind, '');
  return standardOf.get(bare.toLowerCase()) ?? (/lead/i.test(prefix) ? numbered[bare] : undefined) ?? name;
}
