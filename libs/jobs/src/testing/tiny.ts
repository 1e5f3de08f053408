import { resolveConfig, type ExperimentConfig } from '@cardio/experiment';

/** An experiment of some seconds: most of them the start of its process. */
export async function tinyExperiment(flags: Readonly<Record<string, string>> = {}): Promise<ExperimentConfig> {
  const { config } = await resolveConfig({
    flags: {
      ...{ dataset: 'synthetic', records: '24', seconds: '2', leads: 'II', model: 'cnn_lstm', preset: 'tiny' },
      ...{ engine: 'wasm', epochs: '2', 'batch-size': '8', monitor: 'loss', 'checkpoint-every-steps': '1', ...flags },
    },
  });
  return config;
}
