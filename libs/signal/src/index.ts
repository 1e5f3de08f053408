export { selectLeads, standardLeads } from './leads.js';
export { medianBaseline, runningMedian } from './median.js';
export { rateChange, resample, type RateChange } from './resample.js';
export { moments, standardise, type Moments } from './standardise.js';
export { synthesizeEcg, type SyntheticEcg, type SyntheticEcgOptions } from './synthetic.js';
export type { Condition } from './synthetic-heart.js';
export type { Rhythm } from './synthetic-rhythm.js';
