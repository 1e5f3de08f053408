import { Factory } from '@cardio/core';
import { mitbih } from './mitbih.js';
import { ptbxl } from './ptbxl.js';

/** Creates any of the datasets by name: `await datasetFactory.create('mitbih', { dataDir })`. */
export const datasetFactory = new Factory('dataset', [mitbih, ptbxl]);
