import type { Progress } from '@cardio/core';
import type { EcgDataset } from '@cardio/datasets';
import type { EngineInfo } from '@cardio/engine';
import type { TrainerCallback } from '@cardio/trainers';

import type { Manifest } from './manifest.js';

/** Who wants to watch a run: the trainer's callbacks and what comes before them. */
export interface ExperimentObserver extends TrainerCallback {
  onEngine?(engine: EngineInfo): void;
  /** Records of the dataset read so far. */
  onReading?: Progress;
  onDataset?(dataset: EcgDataset): void;
  onModel?(manifest: Manifest): void;
}
