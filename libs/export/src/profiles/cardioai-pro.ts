import { standardLeads } from '@cardio/signal';

/**
 * What the inference service of CardioAI Pro loads: the first input float32 `[batch, 12, 5000]` (10 s at 500 Hz, z-scored by lead), the first output `[batch, 15]`
 * probabilities, read by position.
 */
export const cardioaiPro = {
  file: 'ecg_classifier.onnx',
  leads: standardLeads,
  sampleRateHz: 500,
  seconds: 10,
  layout: 'leads-samples',
  classes: [
    ...['normal', 'atrial_fibrillation', 'atrial_flutter', 'supraventricular_tachycardia', 'ventricular_tachycardia'],
    ...['ventricular_fibrillation', 'first_degree_block', 'second_degree_block', 'complete_heart_block'],
    ...['left_bundle_branch_block', 'right_bundle_branch_block', 'premature_atrial_contraction'],
    ...['premature_ventricular_contraction', 'stemi', 'nstemi'],
  ],
} as const;

/** The profiles that a run can be exported for. */
export const exportProfiles = ['cardioai-pro'] as const;
export type ExportProfile = (typeof exportProfiles)[number];
