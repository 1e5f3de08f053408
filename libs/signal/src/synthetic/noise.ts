import type { Random } from '@cardio/core';
import type { Electrodes } from './torso.js';

const { exp, sin } = Math;

/** Each electrode drifts (0.05 to 0.5 Hz) and picks up muscle noise, more of both on some recordings than on others. */
export function addNoise(
  { rightArm, leftArm, leftLeg, chest }: Electrodes,
  random: Random,
  size: number,
  sampleRateHz: number,
): void {
  if (size === 0) return;
  const wander = size * 0.022 * exp(0.6 * random.normal());
  const muscle = size * 0.006 * exp(0.5 * random.normal());
  for (const electrode of [rightArm, leftArm, leftLeg, ...chest]) {
    const tones = Array.from({ length: 4 }, () => ({
      step: (2 * Math.PI * random.uniform(0.05, 0.5)) / sampleRateHz,
      phase: 2 * Math.PI * random.next(),
      height: wander * random.normal(),
    }));
    for (let i = 0; i < electrode.length; i++) {
      for (const { step, phase, height } of tones) electrode[i] += height * sin(step * i + phase);
      electrode[i] += muscle * random.normal();
    }
  }
}
