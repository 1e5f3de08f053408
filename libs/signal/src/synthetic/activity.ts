import type { Beat } from './sinus.js';

/** An activation of the atria; `time` is when R would follow at normal conduction, not the P wave's own. */
export interface AtrialBeat extends Beat {
  readonly origin: 'sinus' | 'low-atrium' | 'paced-atrium';
}

/** An activation of the ventricles; `time` is that of R or, in a wide QRS, of its middle. */
export interface VentricularBeat extends Beat {
  readonly origin: 'conducted' | 'atrial-premature' | 'ectopic' | 'junction' | 'escape' | 'paced';
}

/** All that happens in a heart over time. */
export interface Activity {
  readonly atria: readonly AtrialBeat[];
  readonly ventricles: readonly VentricularBeat[];
  /** Atrial activity without P waves: fibrillation, or flutter at a rate, with its phase 0 at time 0. */
  readonly circling?: 'fibrillation' | { readonly flutterHz: number };
  /** WFDB's name of the rhythm, such as `(N`. */
  readonly label: string;
}
