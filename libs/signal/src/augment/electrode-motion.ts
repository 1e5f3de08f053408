import { define } from '@cardio/core';
import { z } from 'zod';
import { draw, drawWhole, lengthOf, range, wholeRange, type Augmentation } from './augmentation.js';
import { electrodesOf, throughElectrodes } from './electrodes.js';
import { addNoise } from './noise.js';

/**
 * Electrodes that are pulled: the potential of one jumps and comes back exponentially, as the high-pass of a recorder makes it (0.05 Hz comes back in
 * 3.2 s, 0.5 Hz in 0.32 s). What an electrode of the limbs does shows in the chest leads as well, by Wilson's terminal.
 */
export const electrodeMotion = define({
  name: 'electrode-motion',
  description: 'Steps and transients of single electrodes.',
  config: z.strictObject({
    events: wholeRange(1, 100, [1, 3], 'How many; each at one electrode and one time.'),
    heightMv: range(0, 10, [0.1, 0.5], 'Size of a jump at the electrode, up or down, in mV.'),
    riseSeconds: range(0, 1, [0.02, 0.1], 'How long a jump takes.'),
    recoverySeconds: range(0.01, 60, [0.1, 3.2], 'Time constant of the way back.'),
  }),
  create: (config): Augmentation => {
    return (signal, random) => {
      const names = electrodesOf(signal.leads);
      const length = lengthOf(signal);
      const events = Array.from({ length: drawWhole(random, config.events) }, () => ({
        electrode: names[random.integer(names.length)],
        start: random.uniform(0, length / signal.sampleRateHz),
        height: draw(random, config.heightMv) * (random.next() < 0.5 ? -1 : 1),
        rise: draw(random, config.riseSeconds),
        recovery: draw(random, config.recoverySeconds),
      }));
      const noise = throughElectrodes(signal.leads, (electrode) => {
        const trace = new Float64Array(length);
        for (const event of events) if (event.electrode === electrode) jump(trace, event, signal.sampleRateHz);
        return trace;
      });
      return addNoise(signal, noise);
    };
  },
});

interface Jump {
  /** Seconds, as the two times below. */
  readonly start: number;
  readonly height: number;
  readonly rise: number;
  readonly recovery: number;
}

function jump(trace: Float64Array, { start, height, rise, recovery }: Jump, sampleRateHz: number): void {
  for (let i = Math.ceil(start * sampleRateHz); i < trace.length; i++) {
    const t = i / sampleRateHz - start;
    const risen = t < rise ? 0.5 - 0.5 * Math.cos((Math.PI * t) / rise) : 1;
    trace[i] += height * risen * Math.exp(-Math.max(0, t - rise) / recovery);
  }
}
