import { Factory } from '@cardio/core';
import { cpsc2018 } from './cpsc2018.js';
import { folder } from './folder/folder.js';
import { icentia11k } from './icentia.js';
import { mimicIvEcg } from './mimic.js';
import { mitbih } from './mitbih.js';
import { ptbxl } from './ptbxl.js';
import { synthetic } from './synthetic-dataset.js';

/** Creates any of the datasets by name: `await datasetFactory.create('mitbih', { dataDir })`. */
export const datasetFactory = new Factory('dataset', [
  mitbih,
  ptbxl,
  cpsc2018,
  mimicIvEcg,
  icentia11k,
  synthetic,
  folder,
]);
