import type { Progress } from '@cardio/core';
import type { EcgDataset } from '@cardio/datasets';
import type { EngineInfo } from '@cardio/engine';
import type { CodebookPass } from '@cardio/models';
import type { TrainerCallback, TransferReport } from '@cardio/trainers';

import type { Manifest } from './manifest.js';

/** Who wants to watch a run: the trainer's callbacks and what comes before them. */
export interface ExperimentObserver extends TrainerCallback {
  onEngine?(engine: EngineInfo): void;
  /** Records of the dataset read so far. */
  onReading?: Progress;
  onDataset?(dataset: EcgDataset): void;
  onModel?(manifest: Manifest): void;
  /** What went wrong and ends nothing, such as a tracker that can't be reached. */
  onWarning?(message: string): void;
  /** A pass over the data for the codebook of pre-training. */
  onCodebook?(pass: CodebookPass): void;
  /** Weights of another run were loaded. */
  onTransfer?(report: TransferReport): void;
}
