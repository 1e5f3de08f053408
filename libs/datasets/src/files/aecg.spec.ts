import { describe, expect, test } from '@jest/globals';
import { readAecg } from './aecg.js';
import { differenceFrom, expectedValues, goldenFile, rounding } from './golden-files.js';

const xml = new TextDecoder().decode(goldenFile('aecg.xml'));
const changed = (from: string | RegExp, to: string): Uint8Array => new TextEncoder().encode(xml.replace(from, to));

describe('HL7 aECG', () => {
  test('gives what BioSig reads', () => {
    const file = readAecg(goldenFile('aecg.xml'));
    expect(differenceFrom(file, expectedValues.biosig['aecg.xml'])).toBeLessThan(rounding);
    expect(file.signal).toMatchObject({ sampleRateHz: 250, leads: ['I', 'II', 'V1'] });
    expect(file).toMatchObject({ start: '2026-03-01T10:11:12', patient: 'p17' });
  });

  test('with a prefix of namespace too', () => {
    const prefixed = xml.replaceAll(/<(\/?)(?=[a-zA-Z])/g, '<$1h:').replace('xmlns=', 'xmlns:h=');
    expect(
      differenceFrom(readAecg(new TextEncoder().encode(prefixed)), expectedValues.biosig['aecg.xml']),
    ).toBeLessThan(rounding);
  });

  test.each([
    ['cut off', new TextEncoder().encode(xml.slice(0, 3000)), /line \d+, column \d+/],
    ['empty', new Uint8Array(0), 'x.xml: '],
    ['of another kind', new TextEncoder().encode('<svg/>'), 'its root is not `AnnotatedECG`'],
    [
      'with a word among the digits',
      changed('<digits>', '<digits>1 two '),
      'MDC_ECG_LEAD_I, sample 2: "two" is no number',
    ],
    [
      'with a lead too short',
      changed(/<digits>.*?<\/digits>/s, '<digits>1 2</digits>'),
      'MDC_ECG_LEAD_I has 2 samples, but MDC_ECG_LEAD_II has 500',
    ],
    ['in another unit', changed('unit="uV"', 'unit="Pa"'), '`Pa` is no unit of voltage'],
    ['without a rate', changed('unit="s"', 'unit="m"'), 'a sampling rate of NaN Hz'],
    ['with entities', changed('<AnnotatedECG', '<!DOCTYPE a [<!ENTITY b "c">]><AnnotatedECG'), 'DOCTYPE'],
    ['100,000 elements deep', new TextEncoder().encode('<a>'.repeat(1e5) + '</a>'.repeat(1e5)), 'x.xml: '],
    ['with names of the prototype', new TextEncoder().encode('<__proto__><constructor/></__proto__>'), 'x.xml: '],
  ])('refuses a file %s', (_, bytes, message) => expect(() => readAecg(bytes, { file: 'x.xml' })).toThrow(message));
});
