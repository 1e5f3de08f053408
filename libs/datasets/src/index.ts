export { aamiClasses, beatsOf, type AamiClass, type AnnotationCounts, type Beat, type BeatCounts } from './aami.js';
export type {
  BadRecord,
  DatasetCard,
  DatasetReport,
  EcgDataset,
  Example,
  ExampleShape,
  Preparation,
  PreparationStep,
  Split,
  SplitName,
  Task,
} from './dataset.js';
export { datasetFactory } from './factory.js';
export { createLoader, type LoaderOptions } from './loader.js';
export { loadMitbih, mitbih } from './mitbih.js';
export { writeSyntheticMitbih, type SyntheticMitbihOptions } from './mitbih-fixture.js';
export { prepareRecord } from './prepare.js';
export { ptbxl } from './ptbxl.js';
export { ptbxlLabels } from './ptbxl-labels.js';
export { assertPatientsApart, buildSplit } from './split.js';
export { writeSyntheticPtbxl, type SyntheticPtbxlOptions } from './synthetic-ptbxl.js';
