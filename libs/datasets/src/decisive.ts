import { signalFields } from './signal-config.js';
import { storeFields } from './store-config.js';

/** Fields that decide where data lies and how it is kept, but nothing about its content, and those that are steps of the preparation. */
const placeFields = ['dataDir', 'maxBadRecords', ...Object.keys(storeFields), ...Object.keys(signalFields)];

/** The fields of a configuration that decide a dataset's content: what its hash is made over. */
export const decisiveFields = (config: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([name]) => !placeFields.includes(name)));
