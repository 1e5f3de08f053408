export { ecgBandPass, ecgBandsHz } from './ecg-band-pass.js';
export { designFilter, type FilterBand, type FilterDesign, type FilterFamily } from './filter-design.js';
export { SignalError, type SignalErrorOptions } from './errors.js';
export { firFilter, firwin, type FirDesign, type FirOptions } from './fir.js';
export { fillGaps, type Missing, type Samples } from './gaps.js';
export { leadName } from './lead-names.js';
export { selectLeads, standardLeads } from './leads.js';
export { medianBaseline, runningMedian } from './median.js';
export { medianOf } from './median-of.js';
export { comb, notch } from './notch.js';
export { rateChange, resample, type RateChange } from './resample.js';
export { resampleFourier, resampleLinear, type FourierOptions } from './resample-methods.js';
export { savitzkyGolay, type SavitzkyGolayOptions } from './savitzky-golay.js';
export type { Section, Sections } from './sections.js';
export { sosfilt, sosfiltfilt, sosfiltZi, type ZeroPhaseOptions } from './sosfilt.js';
export { zeroPhase } from './zero-phase.js';
export { moments, standardise, type Moments } from './standardise.js';
export {
  waveletBaseline,
  waveletDenoise,
  type WaveletBaselineOptions,
  type WaveletDenoiseOptions,
} from './wavelet-denoise.js';
export { wavedec, waverec, type WaveletMode, type WaveletOptions } from './wavelet-transform.js';
export type { Wavelet } from './wavelets.js';
export { synthesizeEcg, type SyntheticEcg } from './synthetic.js';
export type { Condition } from './synthetic/conditions.js';
export type { SyntheticAnnotation, WaveMark } from './synthetic/marks.js';
export type { Respiration, SyntheticEcgOptions } from './synthetic/options.js';
export type { Ectopy } from './synthetic/premature.js';
export type { Rhythm } from './synthetic/rhythm.js';
export type { Variability } from './synthetic/sinus.js';
export { checkLimbLeads, deriveLimbLeads, type LimbLeadCheck, type LimbLeadResidual } from './derive-leads.js';
export { fillLeads, type MaskedSignal } from './lead-mask.js';
export { detectArmReversal, type ArmReversal } from './limb-reversal.js';
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
export { hrvSpectrum, type HrvSpectrum, type HrvSpectrumOptions } from './rhythm/hrv-spectrum.js';
export { hrvTime, type HrvTime } from './rhythm/hrv-time.js';
export { matchBeats, type BeatMatch } from './rhythm/match-beats.js';
export { panTompkins } from './rhythm/pan-tompkins.js';
export { beatAgreement, detectRPeaks, rPeakDetectors, type RPeakMethod, type RPeaks } from './rhythm/r-peaks.js';
export {
  excludeEctopic,
  heartRate,
  rrIntervals,
  type EctopicOptions,
  type HeartRate,
  type RrSeries,
} from './rhythm/rr.js';
export type { Spectrum } from './rhythm/welch.js';
export { twoMovingAverages } from './rhythm/two-moving-averages.js';
export type { Augmentation } from './augment/augmentation.js';
export {
  createExampleAugmentation,
  type ExampleAugmentation,
  type PreparedExample,
} from './augment/augment-example.js';
export {
  augmentationSchema,
  createAugmentation,
  type AugmentationConfig,
  type AugmentationStep,
} from './augment/create-augmentation.js';
export { exchangeElectrodes } from './augment/electrodes.js';
export { augmentationFactory } from './augment/factory.js';
export { cutmix, mixConfig, mixup, type MixConfig } from './augment/mix.js';
export { augmentationPresets } from './augment/presets.js';
export { prepareSignal } from './preparation/prepare-signal.js';
export type { LaterStep, SignalPreparation, SignalStep } from './preparation/steps.js';
export {
  fixedWindows,
  interleave,
  missingSamples,
  windowStarts,
  type FixedWindow,
  type WindowRule,
} from './preparation/windows.js';
