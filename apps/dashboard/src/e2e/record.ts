import { synthesizeEcg } from '@cardio/signal';
import { encodeAnnotations, encodeRecord } from '@cardio/wfdb';

/** A file as Playwright gives it to a page. */
interface TestFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** What differs from twelve leads, once. */
interface RecordOptions {
  readonly leads?: readonly string[];
  /** The same again so often. */
  readonly times?: number;
}

/** A synthetic WFDB record with its annotations, as files. */
export function recordFiles(
  name: string,
  seconds: number,
  sampleRateHz: number,
  { leads, times = 1 }: RecordOptions = {},
): TestFile[] {
  const { signal, annotations } = synthesizeEcg({
    ...{ seconds, sampleRateHz, heartRateBpm: 75, seed: 1, premature: { ventricular: 0.15 } },
  });
  const chosen = (leads ?? signal.leads).map((lead) => signal.leads.indexOf(lead));
  const length = signal.samples[0].length;
  const shown = {
    sampleRateHz,
    leads: chosen.map((lead) => signal.leads[lead]),
    samples: chosen.map((lead) =>
      Float32Array.from({ length: length * times }, (_, i) => signal.samples[lead][i % length]),
    ),
  };
  const { header, files } = encodeRecord(name, shown, { gain: 1000 });
  const marks = Array.from({ length: times }, (_, i) =>
    annotations.map(({ sample, symbol, aux }) => ({
      ...{ symbol, aux, subtype: 0, channel: 0, number: 0 },
      sample: sample + i * length,
    })),
  ).flat();
  const file = (fileName: string, bytes: string | Uint8Array): TestFile => ({
    name: fileName,
    mimeType: 'application/octet-stream',
    buffer: Buffer.from(bytes),
  });
  return [
    file(`${name}.hea`, header),
    ...[...files].map(([fileName, bytes]) => file(fileName, bytes)),
    file(`${name}.atr`, encodeAnnotations(marks)),
  ];
}
