import type { DatasetCard } from '../dataset.js';

/** Source, licence and citation of CPSC2018's training set, as PhysioNet's 2020 challenge distributes it. */
export const cpsc2018Card: DatasetCard = {
  title: 'China Physiological Signal Challenge 2018 (as in PhysioNet/CinC Challenge 2020)',
  version: '1.0.2',
  url: 'https://physionet.org/content/challenge-2020/1.0.2/',
  licence: 'CC BY 4.0',
  citation:
    'Liu F, Liu C, Zhao L, et al. An Open Access Database for Evaluating the Algorithms of Electrocardiogram Rhythm and Morphology ' +
    'Abnormality Detection. J Med Imaging Health Inform 8(7):1368-1373 (2018). Perez Alday EA, et al. Classification of 12-lead ECGs: ' +
    'the PhysioNet/Computing in Cardiology Challenge 2020. Physiol Meas 41:124003 (2020). https://doi.org/10.13026/f4ab-0814',
};
