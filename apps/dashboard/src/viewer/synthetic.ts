import { detectRPeaks, synthesizeEcg } from '@cardio/signal';
import { descriptionOf } from '@cardio/wfdb';

import { toEcgRecord, type EcgRecord, type Mark } from './ecg-record.js';

/** A made-up ECG of 30 s with some premature ventricular beats, to try the viewer on; another seed, another one. */
export function syntheticRecord(seed: number): EcgRecord {
  const { signal, annotations } = synthesizeEcg({
    ...{ seconds: 30, sampleRateHz: 500, heartRateBpm: 72, noise: 0.6, seed },
    premature: { ventricular: 0.12 },
  });
  const marks = annotations.flatMap(({ sample, symbol }) =>
    symbol === '+' ? [] : [{ sample, symbol, text: descriptionOf(symbol) ?? symbol }],
  );
  return toEcgRecord(`synthetic-${seed}`, signal, { marks });
}

/** The R peaks of a record as marks without labels. */
export function foundBeats({ signal }: EcgRecord): Mark[] {
  return Array.from(detectRPeaks(signal).samples, (sample) => ({ sample, symbol: '', text: '' }));
}
