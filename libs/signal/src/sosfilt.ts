import { SignalError } from './errors.js';
import { answer, bridged, type Missing, type Samples } from './gaps.js';
import type { Section, Sections } from './sections.js';

/**
 * Filters one lead forward, causally (`scipy.signal.sosfilt`). Missing samples are bridged by {@link Missing}, `error` by default.
 *
 * @param initial two numbers a section, from {@link sosfiltZi} or the `state` of the part before; zeros by default
 * @returns the filtered samples and the state after them, with which the next part goes on
 * @throws {SignalError} `usage` for an initial state of another length; `data` as {@link Missing} says
 */
export function sosfilt<T extends Samples>(
  sections: Sections,
  samples: T,
  { initial, missing = 'error' }: { readonly initial?: Float64Array; readonly missing?: Missing } = {},
): { samples: T; state: Float64Array } {
  if (initial && initial.length !== 2 * sections.length) {
    throw new SignalError('The length of `initial`', `${2 * sections.length}, two numbers a section`, initial.length);
  }
  const state = initial?.slice() ?? new Float64Array(2 * sections.length);
  const work = bridged(samples, missing);
  filterInPlace(sections, work, state);
  return { samples: answer(work, samples, missing), state };
}

/** The state in which a step of height 1 leaves no transient (`scipy.signal.sosfilt_zi`): two numbers a section. */
export function sosfiltZi(sections: Sections): Float64Array {
  const state = new Float64Array(2 * sections.length);
  let scale = 1;
  for (const [i, [b0, b1, b2, , a1, a2]] of sections.entries()) {
    const [first, second] = [b1 - a1 * b0, b2 - a2 * b0];
    const sum = 1 + a1 + a2;
    const z0 = (first + second) / sum;
    state[2 * i] = scale * z0;
    state[2 * i + 1] = scale * (second - a2 * z0);
    scale *= (b0 + b1 + b2) / sum;
  }
  return state;
}

/** How {@link sosfiltfilt} pads and bridges. */
export interface ZeroPhaseOptions {
  /** Samples added at each end by turning the signal around its end point; SciPy's default unless given. */
  readonly padLength?: number;
  /** `error` by default. */
  readonly missing?: Missing;
}

/**
 * Filters one lead forward and backward, so that nothing is delayed and the attenuation is that of the filter twice
 * (`scipy.signal.sosfiltfilt`, odd padding).
 *
 * @throws {SignalError} `data` when the record isn't longer than the padding, or as {@link Missing} says
 * @example sosfiltfilt(designFilter({ family: 'butterworth', order: 2, band: 'highpass', cutoffHz: 0.5, sampleRateHz: 360 }), lead)
 */
export function sosfiltfilt<T extends Samples>(sections: Sections, samples: T, options: ZeroPhaseOptions = {}): T {
  const { padLength = defaultPadding(sections), missing = 'error' } = options;
  const work = padded(samples, padLength, missing);
  const steady = sosfiltZi(sections);
  for (let direction = 0; direction < 2; direction++) {
    filterInPlace(
      sections,
      work,
      steady.map((z) => z * work[0]),
    );
    work.reverse();
  }
  return answer(work, samples, missing, padLength);
}

/** SciPy's padding: three times as many samples as the filter has coefficients. */
export function defaultPadding(sections: Sections): number {
  const zeros = (place: 2 | 5): number => sections.filter((section) => section[place] === 0).length;
  return 3 * (2 * sections.length + 1 - Math.min(zeros(2), zeros(5)));
}

/**
 * A bridged copy with `padLength` samples more at each end, the signal turned by half a turn around its end point.
 *
 * @throws {SignalError} `data` when the record isn't longer than the padding
 */
export function padded(samples: Samples, padLength: number, missing: Missing): Float64Array {
  const n = samples.length;
  checkPadding(n, padLength);
  const work = bridged(samples, missing, padLength, padLength);
  const [first, last] = [padLength, padLength + n - 1];
  for (let k = 1; k <= padLength; k++) {
    work[first - k] = 2 * work[first] - work[first + k];
    work[last + k] = 2 * work[last] - work[last - k];
  }
  return work;
}

/** @throws {SignalError} `usage` for an impossible padding, `data` when the record isn't longer than it */
export function checkPadding(n: number, padLength: number): void {
  if (!Number.isInteger(padLength) || padLength < 0) {
    throw new SignalError('`padLength`', 'a whole number of samples, at least 0', padLength);
  }
  if (n <= padLength) {
    throw new SignalError('The number of samples', `above the ${padLength} of the padding`, n, { code: 'data' });
  }
}

const identity: Section = [1, 0, 0, 1, 0, 0];

/**
 * Direct form II, transposed. Three sections a pass, because a processor works on their three recursions at the same time: that takes hardly
 * longer than one.
 */
function filterInPlace(sections: Sections, work: Float64Array, state: Float64Array): void {
  for (let s = 0; s < sections.length; s += 3) {
    const [b0, b1, b2, , a1, a2] = sections[s];
    const [d0, d1, d2, , c1, c2] = sections[s + 1] ?? identity;
    const [f0, f1, f2, , e1, e2] = sections[s + 2] ?? identity;
    let [u0, u1, v0 = 0, v1 = 0, w0 = 0, w1 = 0] = state.subarray(2 * s, 2 * s + 6);
    for (let i = 0; i < work.length; i++) {
      const x = work[i];
      const u = b0 * x + u0;
      u0 = b1 * x - a1 * u + u1;
      u1 = b2 * x - a2 * u;
      const v = d0 * u + v0;
      v0 = d1 * u - c1 * v + v1;
      v1 = d2 * u - c2 * v;
      const w = f0 * v + w0;
      w0 = f1 * v - e1 * w + w1;
      w1 = f2 * v - e2 * w;
      work[i] = w;
    }
    state.set([u0, u1, v0, v1, w0, w1].slice(0, state.length - 2 * s), 2 * s);
  }
}
