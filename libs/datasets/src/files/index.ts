export { readAecg } from './aecg.js';
export { readCsv } from './csv.js';
export { readDicom } from './dicom.js';
export type { EcgFile, EcgFileOptions } from './ecg-file.js';
export { readEdf } from './edf.js';
export { readMat } from './mat.js';
export { ecgExtensions, readEcgFile } from './read-ecg-file.js';
export { assertPlausible } from './units.js';
