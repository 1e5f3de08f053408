import { cropFields } from './crop-config.js';
import { signalFields } from './signal-config.js';
import { storeFields } from './store-config.js';

/**
 * Fields that decide where data lies and how it is kept, but nothing about its content, those that are steps of the preparation, and those that say what
 * a model sees of records, which are prepared whole.
 */
const placeFields = ['dataDir', 'maxBadRecords', ...[storeFields, signalFields, cropFields].flatMap(Object.keys)];

/** The fields of a configuration that decide a dataset's content: what its hash is made over. */
export const decisiveFields = (config: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(config).filter(([name]) => !placeFields.includes(name)));
