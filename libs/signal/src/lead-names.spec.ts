import { describe, expect, test } from '@jest/globals';
import { leadName, standardLeads } from './index.js';

describe('names of leads', () => {
  test.each([
    ['I', ['i', ' I ', 'ECG I', 'EKG I', 'Lead I', 'LEAD I', 'Lead 1', 'DI', 'D1', 'MDC_ECG_LEAD_I', 'Lead I (x)']],
    ['II', ['ii', 'ECG II', 'DII', 'd2', 'lead 2', 'ECG Lead II', 'Lead II (Einthoven)', 'Lead_II']],
    ['III', ['DIII', 'D3', 'MDC_ECG_LEAD_III']],
    ['aVR', ['AVR', 'avr', 'MDC_ECG_LEAD_AVR', 'Lead aVR']],
    ['V1', ['v1', 'C1', 'ecg V1', 'ECG: V1', 'MDC_ECG_LEAD_V1', 'Lead V1']],
  ])('%s is %j', (standard, names) => expect(names.map(leadName)).toEqual(names.map(() => standard)));

  test('standard names stay', () => expect(standardLeads.map(leadName)).toEqual(standardLeads));

  test.each([
    'MLII',
    'V7',
    'V3R',
    'ECG',
    'ECG1',
    'ECG 1',
    '1',
    '1 (x)',
    'Resp',
    '',
    '-aVR',
    'II+',
    'VR',
    'constructor',
  ])('%j stays as it is', (name) => expect(leadName(name)).toBe(name));
});
