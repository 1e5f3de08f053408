import { define, type Random } from '@cardio/core';
import { z } from 'zod';
import { SignalError } from '../errors.js';
import { designFilter } from '../filter-design.js';
import { sosfilt } from '../sosfilt.js';
import { draw, drawWhole, lengthOf, range, wholeRange, type Augmentation } from './augmentation.js';
import { throughElectrodes } from './electrodes.js';
import { addNoise, normals, scaledTo } from './noise.js';

/**
 * Noise of muscles: white noise of each electrode in the band of surface electromyography (Butterworth, order 2), in bursts that all
 * electrodes share, as in shivering. From 0.49 of the rate on the band is cut off, as a recorder's filter does.
 */
export const emg = define({
  name: 'emg',
  description: 'Noise of muscles, limited in band, in bursts.',
  config: z.strictObject({
    rmsMv: range(0, 10, [0.01, 0.05], 'Root mean square over all leads at the height of a burst, in mV.'),
    bandHz: range(1, 1000, [20, 150], 'Band of the noise, in Hz.'),
    bursts: wholeRange(1, 100, [1, 3], 'How many bursts.'),
    burstSeconds: range(0.05, 3600, [0.5, 3], 'How long each is; it rises and falls for a quarter of that.'),
  }),
  create: ({ rmsMv, bandHz: [low, high], bursts, burstSeconds }): Augmentation => {
    return (signal, random) => {
      const { sampleRateHz } = signal;
      const top = Math.min(high, 0.49 * sampleRateHz);
      if (!(low < top)) {
        throw new SignalError(
          'The lower end of `bandHz` of emg',
          `below ${top} Hz, the band's upper end or 0.49 of the rate`,
          low,
        );
      }
      const sections = designFilter({
        family: 'butterworth',
        order: 2,
        band: 'bandpass',
        cutoffHz: [low, top],
        sampleRateHz,
      });
      const length = lengthOf(signal);
      const before = Math.ceil((2 * sampleRateHz) / low); // two periods, for the filter to swing in
      const noise = throughElectrodes(signal.leads, () =>
        sosfilt(sections, normals(random, before + length)).samples.subarray(before),
      );
      const burst = envelope(length, sampleRateHz, random);
      for (const lead of scaledTo(draw(random, rmsMv), noise)) for (let i = 0; i < length; i++) lead[i] *= burst[i];
      return addNoise(signal, noise);
    };

    function envelope(length: number, sampleRateHz: number, random: Random): Float64Array {
      const result = new Float64Array(length);
      for (let count = drawWhole(random, bursts); count > 0; count--) {
        const width = draw(random, burstSeconds) * sampleRateHz;
        const start = random.uniform(-width / 2, length - width / 2);
        const last = Math.min(length - 1, Math.floor(start + width));
        for (let i = Math.max(0, Math.ceil(start)); i <= last; i++) {
          const edge = Math.min(i - start, start + width - i) / (width / 4);
          result[i] = Math.max(result[i], edge >= 1 ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * edge));
        }
      }
      return result;
    }
  },
});
