export {
  assignSplits,
  foldNotes,
  fractionFields,
  nonStandardNote,
  planOf,
  splitFields,
  type SplitConfig,
  type SplitPlan,
} from './assign-splits.js';
export { beatNumberNames, beatSequences } from './beats-sequence.js';
export { cpsc2018 } from './cpsc2018.js';
export { challengeLabels, cpscClasses, cpscReference } from './cpsc2018-labels.js';
export { aamiClasses, beatsOf, type AamiClass, type AnnotationCounts, type Beat, type BeatCounts } from './aami.js';
export { cutSplit } from './cut.js';
export type {
  BadRecord,
  CutRule,
  DatasetCard,
  DatasetReport,
  EcgDataset,
  Example,
  ExampleShape,
  Preparation,
  PreparationStep,
  RecordAttributes,
  Split,
  SplitName,
  Task,
} from './dataset.js';
export { downloadDataset, type DownloadOptions, type DownloadPlan, type DownloadResult } from './download/download.js';
export { downloadSources, type DownloadSource } from './download/sources.js';
export type { DownloadProgress } from './download/speed.js';
export { datasetFactory } from './factory.js';
export {
  assertPlausible,
  ecgExtensions,
  readAecg,
  readCsv,
  readDicom,
  readEcgFile,
  readEdf,
  readMat,
  type EcgFile,
  type EcgFileOptions,
} from './files/index.js';
export { folder } from './folder/folder.js';
export { codesOf, commonConditions, conditionOf, conditions, harmonise, productConditions } from './harmonise.js';
export { icentia11k } from './icentia.js';
export {
  writeSyntheticIcentia,
  type SyntheticIcentiaOptions,
  type SyntheticIcentiaSegment,
} from './icentia-fixture.js';
export { frameClass, icentiaTasks, segmentLabels, type IcentiaTask, type SegmentLabels } from './icentia-labels.js';
export { loadSource, prepareSourceShare, type LoadableDefinition, type LoadConfig } from './load-source.js';
export type { StoreShare } from './store/prepare-store.js';
export { createLoader, type LoaderOptions, type SplitLoader } from './loader.js';
export { augmentationSchema, type AugmentationConfig } from '@cardio/signal';
export {
  stepsFor,
  type Augment,
  type AugmentedExample,
  type AugmentModule,
  type AugmentSource,
} from './loader/augment.js';
export type { Sampling } from './loader/order.js';
export { mimicIvEcg } from './mimic.js';
export { writeSyntheticMimic, type SyntheticMimicOptions, type SyntheticMimicRecord } from './mimic-fixture.js';
export {
  intervalLabels,
  mimicIntervalClasses,
  mimicMeasurements,
  type MachineMeasurement,
  type MimicMeasurements,
} from './mimic-measurements.js';
export { mimicReportClasses, reportLabels, type ReportLabels } from './mimic-reports.js';
export { loadMitbih, mitbih } from './mitbih.js';
export { writeSyntheticMitbih, type SyntheticMitbihOptions } from './mitbih-fixture.js';
export { prepareRecord } from './prepare.js';
export { ptbxl } from './ptbxl.js';
export { ptbxlLabels } from './ptbxl-labels.js';
export type { RecordSource, SourceDefinition, SourceRecord, SourceSettings } from './record-source.js';
export { assertPatientsApart, buildSplit } from './split.js';
export { signalFields, signalSteps, type SignalConfig, type SignalSteps } from './signal-config.js';
export { storeFields, type StoreConfig, type StoreDtype } from './store-config.js';
export { writeSyntheticCpsc2018, type SyntheticCpsc2018Options, type WrittenCpscRecord } from './synthetic-cpsc2018.js';
export { synthetic } from './synthetic-dataset.js';
export { writeSyntheticPtbxl, type SyntheticPtbxlOptions } from './synthetic-ptbxl.js';
export { vocabulary, vocabularyVersion, codingSystems, type CodingSystem, type EcgCondition } from './vocabulary.js';
export type { CountRow } from './verify/counts.js';
export type { CheckName, Finding } from './verify/findings.js';
export { verifyDataset, type VerifyOptions, type VerifyReport } from './verify/verify.js';
