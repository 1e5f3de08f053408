import type { Bundle } from './schema.js';

/** A model card (Mitchell et al., FAT* 2019) in Markdown, of what the description says. */
export function modelCard(bundle: Bundle): string {
  const { model, task, window, trainedOn, use, code } = bundle;
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['Intended use', [use.intended]],
    ['Limits', use.limits.map((limit) => `- ${limit}`)],
    ['Input', inputLines(bundle)],
    ['Answer', answerLines(bundle)],
    ['Scores', scoreLines(bundle)],
    [
      'Training data',
      [
        `${trainedOn.title} ${trainedOn.version} (\`${trainedOn.dataset}\`), licence: ${trainedOn.licence}. ${trainedOn.url}`,
        '',
        table([
          ['split', 'examples', 'patients'],
          ...Object.entries(trainedOn.examples).map(([split, examples]) => [
            split,
            String(examples),
            String(trainedOn.patients[split] ?? '–'),
          ]),
        ]),
        '',
        trainedOn.citation,
      ],
    ],
    [
      'Where it comes from',
      [
        `- run \`${bundle.run}\`, exported ${bundle.created}, version ${code.version}${code.commit ? `, commit ${code.commit}` : ''}`,
        `- data ${trainedOn.hash}`,
        `- configuration ${bundle.configHash}`,
        ...bundle.checks.map(
          ({ where, runtime, inputs, what, difference, allowed }) =>
            `- compared with the trained model on ${inputs} inputs, ${where} (${runtime}): ${what} by ${difference.toExponential(1)}, ${allowed} allowed`,
        ),
      ],
    ],
    ['Notes', bundle.notes.map((note) => `- ${note}`)],
  ];
  return [
    `# ${model.architecture}, ${task.name}`,
    '',
    `A ${task.kind} classifier of ${window.leads.length}-lead electrocardiograms with ${model.parameters.toLocaleString('en-US')} parameters, in ${model.precision}.`,
    ...sections.flatMap(([title, lines]) => (lines.length > 0 ? ['', `## ${title}`, '', ...lines] : [])),
    '',
  ].join('\n');
}

function inputLines({ window, preparation, insideModel, features }: Bundle): string[] {
  const steps = (list: readonly { step: string }[]): string =>
    list.map(({ step }) => `\`${step}\``).join(', ') || 'none';
  return [
    `Records in millivolts with the leads ${window.leads.join(', ')}${
      preparation.steps.some(({ step }) => step === 'resample') ? ' at any rate' : `, at ${preparation.sampleRateHz} Hz`
    }. One window has ${window.samples} samples at ${window.sampleRateHz} Hz (${Number((window.samples / window.sampleRateHz).toFixed(3))} s).`,
    '',
    `Steps before the model: ${steps(preparation.steps)}.${insideModel ? ` Inside the model: ${steps(insideModel.steps)}.` : ''}`,
    ...(features.length > 0 ? ['', `Features: ${features.join(', ')}.`] : []),
  ];
}

function answerLines({ classes, thresholds, calibration, task, droppedClasses }: Bundle): string[] {
  const decided =
    thresholds || task.kind === 'multi-label'
      ? 'A class is given from its threshold on; thresholds are of probabilities before calibration.'
      : 'The class of the highest probability is given.';
  const rows = classes.map(({ name, codes, known }, k) => [
    name,
    Object.entries(codes)
      .map(([system, own]) => `${system} ${own.join(' ')}`)
      .join('; ') || '–',
    known ? (thresholds?.classes[k].threshold?.toFixed(4) ?? '–') : 'not known: always 0',
    calibration?.classes[k].temperature?.toFixed(3) ?? '–',
  ]);
  return [
    decided,
    '',
    table([['class', 'codes', 'threshold', 'temperature'], ...rows]),
    ...(droppedClasses.length > 0 ? ['', `Left out of the answer: ${droppedClasses.join(', ')}.`] : []),
  ];
}

function scoreLines({ metrics }: Bundle): string[] {
  if (!metrics) return ['It was not evaluated.'];
  const { examples, intervals, summary, perClass } = metrics;
  const shown = ({ value, low, high }: { value: number | null; low: number | null; high: number | null }): string =>
    `${value === null ? '–' : value.toFixed(3)}${low === null || high === null ? '' : ` (${low.toFixed(3)} to ${high.toFixed(3)})`}`;
  const columns = [...new Set(perClass.flatMap(({ scores }) => Object.keys(scores)))];
  return [
    `On ${examples} examples of the test split${
      intervals
        ? `; ${100 * intervals.level} % intervals by ${intervals.resamples} bootstrap samples of ${intervals.patients} patients`
        : '; without intervals, for want of patients'
    }.`,
    '',
    table([['score', 'value'], ...Object.entries(summary).map(([name, score]) => [name, shown(score)])]),
    '',
    table([
      ['class', 'examples', ...columns],
      ...perClass.map(({ name, support, scores }) => [
        name,
        String(support),
        ...columns.map((column) => (Object.hasOwn(scores, column) ? shown(scores[column]) : '–')),
      ]),
    ]),
  ];
}

const table = ([head, ...rows]: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');

const cell = (text: string): string => text.replace(/[|\\]/g, '\\$&').replace(/\s+/g, ' ');
