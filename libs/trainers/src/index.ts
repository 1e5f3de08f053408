export { type Batches } from './batches.js';
export { type BatchEnd, type EpochEnd, type TrainBegin, type TrainEnd, type TrainerCallback } from './callbacks.js';
export { loadCheckpoint } from './checkpoints.js';
export { trainingConfig, type TrainingConfig } from './config.js';
export { monitorFor } from './early-stopping.js';
export { type AggregateExamples, type EvaluationResult } from './evaluate.js';
export { findLearningRate, type LearningRateCurve, type LearningRateRange } from './find-learning-rate.js';
export { type EpochRecord, type History } from './history.js';
export { probabilitiesOf } from './probabilities.js';
export { ClassificationTrainer, type TrainerOptions } from './trainer.js';

export { csvLog } from './callbacks/csv-log.js';
export { metricsLog } from './callbacks/metrics-log.js';
export { mlflow, type MlflowOptions } from './callbacks/mlflow.js';
export { tensorBoard } from './callbacks/tensorboard.js';
export { wandb, type WandbOptions } from './callbacks/wandb.js';

export { firstBatches } from './loop/checks.js';
export { type LossContext, type Mode, type Objective, type Validation } from './loop/objective.js';
export { type CheckpointState } from './loop/run-state.js';
export { TrainingLoop, type LoopOptions } from './loop/training-loop.js';

export { balancedClassWeights } from './losses/class-weights.js';
export { lossOf, type Loss, type LossOptions } from './losses/loss.js';
export { knownLabels, type KnownLabels } from './losses/unknown-labels.js';

export { AveragedWeights } from './optimizers/average.js';
export { layerDepths } from './optimizers/layer-names.js';
export { Optimizer, type OptimizerState, type Parameter, type StepNumbers } from './optimizers/optimizer.js';
export { type OptimizerName, type RuleOptions } from './optimizers/rules.js';

export { learningRateAt, momentumAt, type StepPosition } from './schedules/learning-rate.js';
export { observePlateau, onNoPlateau, type PlateauState } from './schedules/plateau.js';

export { maskedPrediction, type MaskedPredictionOptions } from './pretraining.js';
export { transferWeights, type TransferOptions, type TransferReport } from './transfer.js';
