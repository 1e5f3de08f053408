import type { FactName, FigureKind } from '../report-data.js';

/** English. Numbers come in as texts of the language. */
export const en = {
  title: (model: string, dataset: string) => `${model} on ${dataset}`,
  description: 'Evaluation report of an ECG classifier',
  generated: (run: string, date: string) => `Run ${run}, started ${date}.`,
  contents: 'Contents',
  range: (low: string, high: string) => `${low} to ${high}`,
  withInterval: (value: string, interval: string) => `${value} (${interval})`,
  undefined: 'undefined',
  notice: 'Not a medical device: for research. No decision about a patient may rest on this model or this report.',

  verdict: {
    heading: 'In short',
    whole: (examples: string, patients: string, score: string, value: string) =>
      `On ${examples} of ${patients} that were kept for testing, the model reaches ${score} of ${value}.`,
    interval: (level: string) => `The range in brackets holds ${level} of what other samples of patients would give.`,
    best: (name: string, value: string) => `It recognises ${name} best (AUROC ${value})`,
    worst: (name: string, value: string) => `and ${name} worst (${value}).`,
    only: '.',
    few: (names: string) => `Too few test examples to trust the numbers of: ${names}.`,
    leakFree: 'No patient of the test is among those it was trained on.',
    leak: (patients: string) => `${patients} are in two splits, so the scores are somewhat too good.`,
    leakUnknown: 'Whether a patient is in two splits was not looked at.',
  },

  data: {
    heading: 'What was trained on what',
    model: 'Model',
    parameters: (n: string) => `${n} parameters`,
    dataset: 'Data',
    version: (text: string) => `version ${text}`,
    task: 'Task',
    multiLabel: 'each ECG can have any number of classes',
    multiClass: 'each example has one class',
    input: 'What the model sees',
    inputText: (seconds: string, leads: string, rate: string) => `${seconds} s of ${leads} at ${rate} Hz`,
    numbers: (rows: string, columns: string) => `${rows} rows of ${columns} numbers`,
    aggregate: {
      max: 'of the windows of a record the highest probability counts',
      mean: 'of the windows of a record the mean probability counts',
    },
    training: 'Training',
    trainingText: (epochs: string, batch: string, optimizer: string, rate: string) =>
      `${epochs}, batches of ${batch}, ${optimizer}, learning rate ${rate}`,
    chosen: 'Weights',
    chosenBest: (epoch: string, score: string, value: string) =>
      `of epoch ${epoch}, the best on validation (${score} ${value}); the test split had no part in the choice`,
    chosenLast: (epoch: string) => `of the last epoch (${epoch}), as was laid down before`,
    splits: 'Examples and patients of the splits',
    split: 'Split',
    names: { train: 'training', validation: 'validation', test: 'test' },
    examples: 'Examples',
    patients: 'Patients',
    absent: (n: string) => `${n} that the dataset lists were not in the folder.`,
    bad: (n: string) => `${n} could not be read and were left out.`,
    leak: 'Leak check',
    leakFree: 'No patient is in two splits.',
    leakFound: (names: string) => `In two splits: ${names}.`,
    leakUnknown: 'Not done: the dataset was not there when the report was made.',
    notes: 'Notes of the dataset and the evaluation',
  },

  scores: {
    heading: 'Scores on the test split',
    caption: 'Scores of the whole',
    noIntervals: 'No intervals: the test split has too few patients to say what others would give.',
    score: 'Score',
    value: 'Value',
    interval: (level: string) => `${level} interval`,
    byPatient: (resamples: string) =>
      `Intervals: bootstrap, ${resamples} samples of as many patients, drawn with replacement, with all examples of each.`,
    classes: 'Classes, each against the rest',
    class: 'Class',
    positives: 'Positive',
    predicted: 'Predicted',
    sensitivity: 'Sensitivity',
    positivePredictivity: 'Precision',
    few: (mark: string, n: string) => `${mark} fewer than ${n} positive test examples: read with care.`,
    names: {
      accuracy: 'accuracy',
      balancedAccuracy: 'balanced accuracy',
      macroF1: 'macro F1',
      kappa: "Cohen's kappa",
      macroAuroc: 'macro AUROC',
      macroAuprc: 'macro AUPRC',
      microF1: 'micro F1',
      weightedF1: 'weighted F1',
      microAuroc: 'micro AUROC',
      weightedAuroc: 'weighted AUROC',
      microAuprc: 'micro AUPRC',
      weightedAuprc: 'weighted AUPRC',
      fmax: 'Fmax',
      exactMatch: 'all classes right',
      mcc: "Matthews' correlation",
      jk: 'jk index',
      loss: 'loss',
      ece: 'expected calibration error',
      brier: 'Brier score',
      logLoss: 'log loss',
    } as Readonly<Record<string, string>>,
  },

  figures: {
    heading: 'Figures',
    captions: {
      roc: 'ROC curves: sensitivity against false positives at every threshold.',
      'precision-recall': 'Precision against sensitivity at every threshold.',
      confusion: 'Confusion matrix: rows are the truth, columns what was predicted.',
      scores: 'Probabilities of examples with and without each class.',
      reliability: 'Of examples given a probability, how many truly have the class.',
      learning: 'Course of the training.',
      forest: 'Scores of the subgroups.',
      codebook: 'Use of the codebook.',
    } satisfies Record<FigureKind, string>,
  },

  mistakes: {
    heading: 'The worst mistakes',
    explained:
      'Test ECGs about which the model was most sure and wrong, of as many patients as there are. Red is what spoke for the class named, blue what spoke against it (integrated gradients).',
    none: 'Not shown: the dataset or the checkpoint was not there when the report was made, or the input is no ECG.',
    perfect: 'There is none: every test example was classified correctly.',
    title: (n: string, id: string) => `${n}. ${id}`,
    truth: 'Truth',
    predicted: 'Predicted',
    nothing: 'nothing',
    about: (name: string, probability: string) => `Probability of ${name}: ${probability}`,
    patient: 'Patient',
    unexplained: 'without explanation, for want of time',
  },

  subgroups: {
    heading: 'Subgroups',
    none: 'The dataset says nothing of its patients by which to look at parts.',
    caption: (attribute: string, score: string) => `By ${attribute}: ${score}`,
    attributes: {
      sex: 'sex',
      age: 'age',
      ageYears: 'age',
      site: 'site',
      device: 'device',
      quality: 'signal quality',
    } as Readonly<Record<string, string>>,
    values: { female: 'female', male: 'male', clean: 'clean', noisy: 'noisy', unknown: 'unknown' } as Readonly<
      Record<string, string>
    >,
    group: 'Group',
    few: 'Classes with few positives',
    all: 'all',
  },

  calibration: {
    heading: 'Calibration',
    none: 'Not looked at: the run was evaluated without its validation split.',
    intro: (method: string) =>
      `How well probabilities are what they say on test, before and after calibration (${method}) fitted on validation. Lower is better.`,
    caption: 'Calibration on the test split',
    methods: {
      temperature: 'temperature scaling',
      platt: 'Platt scaling',
      isotonic: 'isotonic regression',
    } as Readonly<Record<string, string>>,
    measure: 'Measure',
    before: 'Before',
    after: 'After',
  },

  thresholds: {
    heading: 'Thresholds',
    none: 'Not chosen: the run was evaluated without its validation split.',
    highest: 'None: each example is given the class of the highest probability.',
    intro: (rule: string) => `Chosen on validation (${rule}); what they do on test.`,
    rules: { f1: 'highest F1', youden: "highest Youden's J" } as Readonly<Record<string, string>>,
    caption: 'Thresholds chosen on validation and their scores on test',
    threshold: 'Threshold',
    specificity: 'Specificity',
    fallback: (value: string) => `none; ${value}`,
  },

  card: {
    heading: 'Model card',
    use: 'Intended use',
    useText:
      'Research on the classification of electrocardiograms, and comparison with other models on the same data. Whoever wants to use it on patients must validate it on ECGs of their own devices and population, and needs the approval that the law asks for.',
    limits: 'Limits',
    limitsText: [
      'It knows the classes of its task and no others: a finding that is not among them is not seen.',
      'It was tested on data of one source. Other devices, sites, ages and frequencies of disease can make it worse.',
      'Labels are what people or machines wrote down; a model learns their mistakes too.',
      'What a saliency map shows is where the model looked, not why a diagnosis is right.',
    ],
    licence: 'Licence of the data',
    citation: 'Cite',
    source: 'Source',
    none: 'not known',
  },

  reproduce: {
    heading: 'How to reproduce it',
    commands: 'With the same version of the code and the same data:',
    facts: {
      version: 'Version',
      commit: 'Commit',
      node: 'Node',
      engine: 'Engine',
      machine: 'Machine',
      seed: 'Seed',
      dataHash: 'Data (SHA-256)',
      created: 'Started',
    } satisfies Record<FactName, string>,
    preparation: 'From a record to the input',
  },

  counts: {
    examples: (n: number, text: string) => (n === 1 ? '1 test example' : `${text} test examples`),
    patients: (n: number, text: string) => (n === 1 ? '1 patient' : `${text} patients`),
    leads: (n: number, text: string, names: string) =>
      n === 1 ? `lead ${names}` : n > 12 ? `${text} leads` : `${text} leads (${names})`,
    epochs: (n: number, text: string) => (n === 1 ? '1 epoch' : `${text} epochs`),
    records: (n: number, text: string) => (n === 1 ? '1 record' : `${text} records`),
  },
};

/** All that a report writes by itself: another language must have every phrase. */
export type Words = typeof en;
