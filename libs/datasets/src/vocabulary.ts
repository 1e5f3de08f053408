/** Changes whenever a code moves to another condition or a condition's name changes. */
export const vocabularyVersion = '1.0.0';

/** The coding systems that {@link vocabulary} brings together. */
export const codingSystems = ['scp', 'snomed', 'cpsc', 'aami', 'rhythm'] as const;

/**
 * * `scp`: SCP-ECG statements as PTB-XL has them, such as `AFIB`
 * * `snomed`: SNOMED CT codes as the PhysioNet/CinC challenges have them, such as `164889003`
 * * `cpsc`: the nine classes of CPSC2018, by name (`AF`) or number (`2`)
 * * `aami`: the beat classes of ANSI/AAMI EC57
 * * `rhythm`: rhythm annotations of MIT-BIH and its kin, such as `AFIB`
 */
export type CodingSystem = (typeof codingSystems)[number];

/** One condition and the codes that mean it, separated by spaces. */
type Codes = Partial<Readonly<Record<CodingSystem, string>>>;

/**
 * One vocabulary for the labels of all datasets. The first fifteen conditions are the product's classes in its order.
 *
 * SNOMED codes are those of the challenges' own tables (github.com/physionetchallenges/evaluation-2021, dx_mapping_scored.csv and
 * dx_mapping_unscored.csv), with what they score as one counted as one (59118001 and 713427006, 284470004 and 63593006, 427172004 and
 * 17338001, 164909002 and 733534002); `stemi` and `nstemi` are SNOMED CT's own codes for them. What is only nearly the same:
 *
 * * 426783006 is "sinus rhythm", but the challenges use it for CPSC2018's "Normal" and for PTB-XL's NORM and SR alike: here `normal`.
 * * AAMI's N also holds bundle branch block and escape beats, S also junctional premature beats, V also ventricular escape beats.
 * * CPSC2018's LBBB and RBBB are the complete blocks; PTB-XL's STD_ and STE_ are "non-specific" ones.
 * * PTB-XL's infarction statements do not tell an acute infarction from an old one, so none is `stemi` or `nstemi`.
 */
export const vocabulary = {
  normal: { scp: 'NORM', snomed: '426783006', cpsc: 'Normal 1', aami: 'N' },
  atrial_fibrillation: {
    scp: 'AFIB',
    snomed: '164889003 282825002 426749004 314208002',
    cpsc: 'AF 2',
    rhythm: 'AFIB',
  },
  atrial_flutter: { scp: 'AFLT', snomed: '164890007', rhythm: 'AFL' },
  supraventricular_tachycardia: {
    scp: 'SVTAC PSVT',
    snomed: '426761007 67198005 713422000 251166008 233897008',
    rhythm: 'SVTA',
  },
  ventricular_tachycardia: { snomed: '164895002 425856008', rhythm: 'VT' },
  ventricular_fibrillation: { snomed: '164896001', rhythm: 'VF VFIB' },
  first_degree_block: { scp: '1AVB', snomed: '270492004', cpsc: 'I-AVB 3', rhythm: 'BI' },
  second_degree_block: { scp: '2AVB', snomed: '195042002 426183003 54016002', rhythm: 'BII' },
  complete_heart_block: { scp: '3AVB', snomed: '27885002' },
  left_bundle_branch_block: { scp: 'CLBBB', snomed: '164909002 733534002', cpsc: 'LBBB 4' },
  right_bundle_branch_block: { scp: 'CRBBB', snomed: '59118001 713427006', cpsc: 'RBBB 5' },
  premature_atrial_contraction: { scp: 'PAC', snomed: '284470004 63593006', cpsc: 'PAC 6', aami: 'S' },
  premature_ventricular_contraction: {
    scp: 'PVC',
    snomed: '164884008 427172004 17338001',
    cpsc: 'PVC 7',
    aami: 'V',
  },
  stemi: { snomed: '401303003' },
  nstemi: { snomed: '401314000' },

  st_depression: { scp: 'STD_', snomed: '429622005', cpsc: 'STD 8' },
  st_elevation: { scp: 'STE_', snomed: '164931005', cpsc: 'STE 9' },
  sinus_rhythm: { scp: 'SR', rhythm: 'N' },
  sinus_bradycardia: { scp: 'SBRAD', snomed: '426177001', rhythm: 'SBR' },
  sinus_tachycardia: { scp: 'STACH', snomed: '427084000' },
  sinus_arrhythmia: { scp: 'SARRH', snomed: '427393009' },
  incomplete_left_bundle_branch_block: { scp: 'ILBBB', snomed: '251120003' },
  incomplete_right_bundle_branch_block: { scp: 'IRBBB', snomed: '713426002' },
  left_anterior_fascicular_block: { scp: 'LAFB', snomed: '445118002' },
  left_posterior_fascicular_block: { scp: 'LPFB', snomed: '445211001' },
  nonspecific_conduction_delay: { scp: 'IVCD', snomed: '698252002' },
  pre_excitation: { scp: 'WPW', snomed: '74390002 195060002', rhythm: 'PREX' },
  paced_rhythm: { scp: 'PACE', snomed: '10370003 251268003 251266004', rhythm: 'P PM' },
  myocardial_infarction: {
    scp: 'IMI ASMI AMI ALMI ILMI LMI IPLMI IPMI PMI INJAS INJAL INJIN INJLA INJIL',
    snomed: '164865005 57054005 54329005 164867002',
  },
  left_ventricular_hypertrophy: { scp: 'LVH VCLVH', snomed: '164873001' },
  right_ventricular_hypertrophy: { scp: 'RVH', snomed: '89792004' },
  left_atrial_enlargement: { scp: 'LAO/LAE', snomed: '67741000119109 446813000 253352002' },
  right_atrial_enlargement: { scp: 'RAO/RAE', snomed: '446358003 253339007' },
  prolonged_qt: { scp: 'LNGQT', snomed: '111975006' },
  prolonged_pr: { scp: 'LPR', snomed: '164947007' },
  low_qrs_voltage: { scp: 'LVOLT', snomed: '251146004' },
  q_wave: { scp: 'QWAVE', snomed: '164917005' },
  t_wave_abnormality: { scp: 'NDT NT_ LOWT TAB_', snomed: '164934002' },
  t_wave_inversion: { scp: 'INVT', snomed: '59931005' },
  ventricular_bigeminy: { snomed: '11157007', rhythm: 'B' },
  ventricular_trigeminy: { snomed: '251180001', rhythm: 'T' },
  ventricular_flutter: { snomed: '111288001', rhythm: 'VFL' },
  idioventricular_rhythm: { snomed: '49260003', rhythm: 'IVR' },
  junctional_rhythm: { snomed: '29320008', rhythm: 'NOD' },
  atrial_bigeminy: { snomed: '251173003', rhythm: 'AB' },
  fusion_beat: { snomed: '13640000', aami: 'F' },
} as const satisfies Readonly<Record<string, Codes>>;

/** The name of a condition of {@link vocabulary}. */
export type EcgCondition = keyof typeof vocabulary;
