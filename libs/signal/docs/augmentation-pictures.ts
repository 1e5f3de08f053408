/** Draws the pictures of augmentation.md: `npx tsx --conditions @cardio/source libs/signal/docs/augmentation-pictures.ts` */
import { writeFileSync } from 'node:fs';
import { createRandom, type Batch, type Signal } from '@cardio/core';
import { createAugmentation, cutmix, mixup, selectLeads, synthesizeEcg, type AugmentationStep } from '../src/index.js';

/** One lead of a picture: before (grey) and after (dark). */
interface Row {
  readonly title: string;
  readonly before: Float32Array;
  readonly after: Float32Array;
}

const ecg = (seed: number, conditions: readonly 'lbbb'[] = []): Signal =>
  synthesizeEcg({ seconds: 5, sampleRateHz: 250, heartRateBpm: 72, seed, noise: 0.2, conditions }).signal;

const steps: readonly (readonly [step: AugmentationStep, leads: readonly string[], seed: number])[] = [
  [{ name: 'gaussian-noise', snrDb: [12, 12] }, ['II', 'V2'], 1],
  [{ name: 'powerline', frequencyHz: [50], rmsMv: [0.06, 0.06] }, ['II', 'V2'], 1],
  [{ name: 'baseline-wander', rmsMv: [0.2, 0.2] }, ['II', 'V2'], 2],
  [{ name: 'emg', rmsMv: [0.07, 0.07], bandHz: [20, 120], bursts: [1, 1], burstSeconds: [2, 2] }, ['II', 'V2'], 12],
  [
    { name: 'electrode-motion', events: [2, 2], heightMv: [0.4, 0.6], recoverySeconds: [0.3, 0.8] },
    ['I', 'II', 'III'],
    51,
  ],
  [{ name: 'amplitude-scale', factor: [0.7, 0.7] }, ['II', 'V2'], 1],
  [{ name: 'time-warp', strength: 0.4 }, ['II', 'V2'], 3],
  [{ name: 'time-mask', count: [2, 2], share: [0.08, 0.12] }, ['II', 'V2'], 1],
  [{ name: 'lead-dropout', leadProbability: 0.5 }, ['I', 'II', 'V2'], 2],
  [{ name: 'random-crop', seconds: 3, pad: true }, ['II', 'V2'], 3],
  [{ name: 'shift', maxSeconds: 0.3 }, ['II', 'V2'], 3],
  [{ name: 'limb-reversal', pairs: ['RA-LA'] }, ['I', 'II', 'aVR'], 1],
];
for (const [step, leads, seed] of steps) {
  const before = ecg(7);
  const after = createAugmentation([step])(before, createRandom(seed));
  draw(
    step.name,
    leads.map((title): Row => ({ title, before: lead(before, title), after: lead(after, title) })),
  );
}

const [own, other] = [ecg(7), ecg(8, ['lbbb'])].map((signal) => selectLeads(signal, ['II', 'V1']));
const batch: Batch = {
  x: Float32Array.from([own, other].flatMap(({ samples: [a, b] }) => [...a].flatMap((value, i) => [value, b[i]]))),
  y: Float32Array.of(1, 0, 0, 1),
  ids: ['own', 'other'],
  shape: { size: 2, time: own.samples[0].length, leads: 2, classes: 2, features: 0 },
};
for (const [name, mix, seed] of [
  ['mixup', mixup, 5],
  ['cutmix', cutmix, 5],
] as const) {
  const { x, y } = mix(batch, createRandom(seed), { alpha: 1 });
  const rows = own.leads.map((title, l): Row => ({
    title: l === 0 ? `${title}   y = ${y[0].toFixed(2)} own, ${y[1].toFixed(2)} other` : title,
    before: own.samples[l],
    after: Float32Array.from(own.samples[l], (_, i) => x[2 * i + l]),
  }));
  draw(name, rows);
}

function lead(signal: Signal, name: string): Float32Array {
  return selectLeads(signal, [name]).samples[0];
}

/** One unit a sample, 88 units a mV; lines as steps from point to point, which keeps the files small. */
function draw(name: string, rows: readonly Row[]): void {
  const [width, height, mv] = [1250, 230, 88];
  const line = (samples: Float32Array, top: number, colour: string): string => {
    const y = Array.from(samples, (value) => Math.round(top + height / 2 - Math.max(-1.3, Math.min(1.3, value)) * mv));
    const moves = y.slice(1).map((value, i) => `1${value < y[i] ? '' : ' '}${value - y[i]}`);
    return `<path fill="none" stroke="${colour}" stroke-width="2" stroke-linejoin="round" d="M0 ${y[0]}l${moves.join(' ')}"/>`;
  };
  const seconds = [1, 2, 3, 4].map((s) => `M${s * 250} 0V${rows.length * height}`).join('');
  const parts = rows.map(({ title, before, after }, r) => {
    const label = `<text x="10" stroke="#fff" stroke-width="5" paint-order="stroke" y="${r * height + 26}">${title}</text>`;
    return line(before, r * height, '#b5b5b5') + line(after, r * height, '#123c69') + label;
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${rows.length * height}" font-family="sans-serif" font-size="24" >` +
    `<rect width="100%" height="100%" fill="#fff"/><path d="${seconds}" stroke="#f0d0d0" stroke-width="2"/>${parts.join('')}</svg>\n`;
  writeFileSync(new URL(`img/augment-${name}.svg`, import.meta.url), svg);
}
