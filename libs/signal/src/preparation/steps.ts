/** One declared step that makes a signal of a signal, on the way from a raw record to a model's input. JSON, so that it travels with the model. */
export type SignalStep =
  /** Picks leads by name, in this order. */
  | { readonly step: 'select-leads'; readonly leads: readonly string[] }
  /**
   * Brings a record of any rate to this one (`resample`). With `window`, what a model sees are stretches of that many samples of it, one
   * after the other from its start; `pad`: a record shorter than one is filled up with zeros.
   */
  | {
      readonly step: 'resample';
      readonly sampleRateHz: number;
      readonly window?: { readonly samples: number; readonly pad: boolean };
    }
  /** Fills missing samples (NaN): a straight line between the samples on both sides, at the ends the nearest one. */
  | { readonly step: 'fill-gaps' }
  /** Limits every sample to between `-mv` and `mv`. */
  | { readonly step: 'clip'; readonly mv: number }
  /**
   * Filters each lead with zero phase at the rate it has by then: a Butterworth band-pass of order 3, a notch (quality 30) at the mains, or both. A
   * missing sample stays missing and does not spread.
   */
  | { readonly step: 'filter'; readonly bandHz?: readonly [low: number, high: number]; readonly notchHz?: 50 | 60 }
  /** Scales a record by its own statistics, lead by lead or as a whole (`normalise`). */
  | {
      readonly step: 'normalise';
      readonly method: 'z-score' | 'min-max' | 'robust';
      readonly per: 'lead' | 'record';
    }
  /** Subtracts the baseline found by two running medians (seconds), one after the other. */
  | { readonly step: 'median-baseline'; readonly windowsSeconds: readonly [number, number] }
  /** Subtracts `mean` and divides by `std`, both in mV, fitted on the training split over all samples and leads. */
  | { readonly step: 'standardise'; readonly mean: number; readonly std: number };

/** Steps that cut windows or treat features: whoever declares them does them. */
export interface LaterStep {
  readonly step: 'windows' | 'beat-windows' | 'beat-sequences' | 'standardise-features';
}

/** How a raw record becomes model input. */
export interface SignalPreparation {
  /** The rate in Hz at which records are expected; only with a step `resample` may they have another. */
  readonly sampleRateHz: number;
  readonly steps: readonly (SignalStep | LaterStep)[];
}
