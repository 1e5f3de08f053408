export { ecgBandPass, ecgBandsHz } from './ecg-band-pass.js';
export { designFilter, type FilterBand, type FilterDesign, type FilterFamily } from './filter-design.js';
export { SignalError, type SignalErrorOptions } from './errors.js';
export { firFilter, firwin, type FirDesign } from './fir.js';
export type { Missing, Samples } from './gaps.js';
export { selectLeads, standardLeads } from './leads.js';
export { medianBaseline, runningMedian } from './median.js';
export { comb, notch } from './notch.js';
export { rateChange, resample, type RateChange } from './resample.js';
export { savitzkyGolay, type SavitzkyGolayOptions } from './savitzky-golay.js';
export type { Section, Sections } from './sections.js';
export { sosfilt, sosfiltfilt, sosfiltZi, type ZeroPhaseOptions } from './sosfilt.js';
export { moments, standardise, type Moments } from './standardise.js';
export { synthesizeEcg, type SyntheticEcg, type SyntheticEcgOptions } from './synthetic.js';
export type { Condition } from './synthetic-heart.js';
export type { Rhythm } from './synthetic-rhythm.js';
export { checkLimbLeads, deriveLimbLeads, type LimbLeadCheck, type LimbLeadResidual } from './derive-leads.js';
export { fillLeads, type MaskedSignal } from './lead-mask.js';
export { detectArmReversal, exchangeArms, type ArmReversal } from './limb-reversal.js';
export {
  applyNormalisation,
  createNormalisationFit,
  fitNormalisation,
  normalise,
  type Normalisation,
  type NormalisationFit,
  type NormalisationOptions,
} from './normalise.js';
export { signalQuality, type LeadQuality, type Quality, type QualityMeasures, type QualityOptions } from './quality.js';
export type { Scale, ScaleMethod } from './scale-fit.js';
