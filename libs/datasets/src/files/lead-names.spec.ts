import { describe, expect, test } from '@jest/globals';
import { leadName, leadOfCode } from './lead-names.js';

describe('names of leads', () => {
  test.each([
    [
      'I',
      ['i', ' I ', 'ECG I', 'EKG I', 'Lead I', 'Lead 1', 'DI', 'MDC_ECG_LEAD_I', 'Lead I (Einthoven)', 'ECG Lead I'],
    ],
    ['II', ['ii', 'ECG II', 'DII', 'lead 2']],
    ['aVR', ['AVR', 'avr', 'MDC_ECG_LEAD_AVR', 'Lead aVR']],
    ['V1', ['v1', 'C1', 'ecg V1', 'MDC_ECG_LEAD_V1', 'Lead V1']],
  ])('%s is %j', (standard, names) => expect(names.map(leadName)).toEqual(names.map(() => standard)));

  test.each(['MLII', 'V7', 'V3R', 'ECG', 'ECG1', '1', 'Resp', '', '-aVR', 'II+', 'constructor'])(
    '%j stays as it is',
    (name) => expect(leadName(name)).toBe(name),
  );

  test('codes of SCP-ECG and MDC', () => {
    expect(['5.6.3-9-1', '5.6.3-9-61', '2:64', '2:8'].map(leadOfCode)).toEqual(['I', 'III', 'aVF', 'V6']);
    expect(['5.6.3-9-99', 'I', '', '2:constructor'].map(leadOfCode)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
