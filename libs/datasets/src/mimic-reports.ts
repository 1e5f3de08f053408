/** What machine reports say, as two sets of classes: bit k stands for class k of {@link mimicReportClasses}. */
export interface ReportLabels {
  readonly stated: number;
  /** Named, but only with a doubt such as "possible", and nowhere without. */
  readonly doubtful: number;
}

/**
 * The classes and the patterns that state them, matched on lower-case text. The first seventeen are those of ECG-FM (McKeen et al.,
 * arXiv:2408.05178), found by patterns of our own; second degree and complete block are added.
 */
const table = [
  [
    'poor-data-quality',
    /(?:poor|low|bad) (?:data |signal )?quality|quality may affect|technically (?:poor|unsatisfactory)|unsuitable for analysis|analysis error|artifact|baseline wander|(?:lead|electrode)s? revers|missing lead|leads? (?:is |are )?missing|missing data/g,
  ],
  ['sinus-rhythm', /\bsinus (?:rhythm|tachycardia|bradycardia|arrhythmia)/g],
  [
    'premature-ventricular-contraction',
    /\bpvcs?\b|(?:premature ventricular|ventricular premature) (?:complex|contraction|beat|depolari[sz]ation)|\bventricular (?:bigeminy|trigeminy|couplet|ectop)/g,
  ],
  ['tachycardia', /tachycardia/g],
  ['ventricular-tachycardia', /(?<!supra[- ]?)\bventricular tachycardia|\bv-?tach\b/g],
  ['supraventricular-tachycardia-with-aberrancy', /\b(?:svt|supra-?ventricular tachycardia)\b.*\baberran/g],
  ['atrial-fibrillation', /\batrial fib(?:rillation)?\b|\ba-?fib\b|\batrial flutter\/fibrillation/g],
  ['atrial-flutter', /\batrial flutter|\ba-?flutter\b|\batrial fibrillation ?(?:\/|or|and) ?flutter/g],
  ['bradycardia', /bradycardia/g],
  ['accessory-pathway', /wolff|\bwpw\b|pre-?excitation|accessory pathway/g],
  ['atrioventricular-block', /\b(?:a-?v|atrioventricular)(?: nodal)? (?:conduction )?block/g],
  ['first-degree-block', /\b(?:1st|first)[- ]degree|prolonged pr interval|pr interval prolong/g],
  [
    'bifascicular-block',
    /bifascicular|\b(?:rbbb|right bundle[- ]branch block) (?:with|and|\+|&) (?:left )?(?:anterior|posterior) (?:hemi|fascicular )block|\brbbb (?:with|and|\+|&) (?:lafb|lpfb|lahb|lphb)/g,
  ],
  ['right-bundle-branch-block', /(?<!incomplete )\b(?:right bundle[- ]branch block|rbbb\b)/g],
  ['left-bundle-branch-block', /(?<!incomplete )\b(?:left bundle[- ]branch block|lbbb\b)/g],
  ['infarction', /(?<!peri-?)infarct|\b(?:n?stemi|mi)\b/g],
  ['electronic-pacemaker', /\bpac(?:ed|ing|er|emaker)\b/g],
  ['second-degree-block', /\b(?:2nd|second)[- ]degree|mobitz|wenckebach/g],
  ['complete-block', /\bcomplete (?:heart|a-?v|atrioventricular) block|\b(?:3rd|third)[- ]degree/g],
] as const satisfies readonly (readonly [name: string, pattern: RegExp])[];

/** The classes of task `reports`, in the order of their bits. */
export const mimicReportClasses = table.map(([name]) => name);

/** A statement that is one of another class too. */
const implied: readonly (readonly [from: string, to: string])[] = [
  ['first-degree-block', 'atrioventricular-block'],
  ['second-degree-block', 'atrioventricular-block'],
  ['complete-block', 'atrioventricular-block'],
  ['bifascicular-block', 'right-bundle-branch-block'],
];

/** Doubts and denials reach from themselves to the end of their clause. */
const doubtBefore =
  /\b(?:possibl[ey]|consider(?:ing)?|suspect(?:ed)?|question(?:able)?|borderline|may be|may represent|might be|could be|r\/o|(?:can ?not|can't|could not) (?:be )?(?:ruled? out|excluded?)|rule out|exclude)\b/g;
const denialBefore = /\b(?:no(?! further)|not|without|absence of|has replaced|have replaced|replaces|replacing)\b/g;
/** Said after what they are about, in the same clause. */
const doubtAfter = /^[^.;,]*?(?:\?|\b(?:can ?not|can't|could not) be (?:ruled out|excluded)|\bis possible\b)/;
const denialAfter =
  /^[^.;,]*?\b(?:(?:is|are|was|were) (?:no longer|not) (?:present|seen|evident)|(?:has|have) been replaced|(?:is|are) absent|has resolved|ruled out)\b/;
const clauseEnd = /[.;,]|\s-+\s|\b(?:but|however|with)\b/;

/** Labels of texts seen before: a machine says the same few thousand things all the time. */
export type KnownReports = Map<string, ReportLabels>;

/**
 * What the reports of one ECG say (`report_0` to `report_17`; blank ones may stand anywhere and say nothing).
 *
 * A class is stated where its pattern matches and neither doubt nor denial covers the match. Doubt and denial reach forwards to the end of
 * the clause (`.`, `;`, `,`, ` - `, "but", "however", "with"), as in NegEx (Chapman et al., J Biomed Inform 34:301, 2001). "Probable" states.
 *
 * @param known kept from call to call, saves looking at a text twice
 * @example
 * reportLabels(['Sinus rhythm', '', 'Possible inferior infarct']) // { stated: 2, doubtful: 32768 }: sinus-rhythm, infarction
 */
export function reportLabels(reports: readonly string[], known: KnownReports = new Map()): ReportLabels {
  let stated = 0;
  let doubtful = 0;
  for (const report of reports) {
    if (report === '') continue;
    let labels = known.get(report);
    if (!labels) {
      labels = labelsOf(report);
      if (known.size >= 50_000) known.clear(); // some megabytes at most, whatever the texts
      known.set(report, labels);
    }
    stated |= labels.stated;
    doubtful |= labels.doubtful;
  }
  return { stated, doubtful: doubtful & ~stated };
}

function labelsOf(report: string): ReportLabels {
  const text = report.toLowerCase().replace(/\s+/g, ' ');
  let stated = 0;
  let doubtful = 0;
  table.forEach(([name, pattern], k) => {
    for (const match of text.matchAll(pattern)) {
      const sense = senseOf(text, match.index, match.index + match[0].length);
      const bits = implied.reduce((sum, [from, to]) => (from === name ? sum | bitOf(to) : sum), 1 << k);
      if (sense === 'stated') stated |= bits;
      else if (sense === 'doubtful') doubtful |= bits;
    }
  });
  return { stated, doubtful: doubtful & ~stated };
}

function senseOf(text: string, from: number, to: number): 'stated' | 'doubtful' | 'denied' {
  const reaches = (cue: RegExp): boolean =>
    [...text.slice(0, from).matchAll(cue)].some(
      ({ index, 0: words }) => !clauseEnd.test(text.slice(index + words.length, from)),
    );
  const after = text.slice(to);
  if (reaches(doubtBefore) || doubtAfter.test(after)) return 'doubtful';
  if (reaches(denialBefore) || denialAfter.test(after)) return 'denied';
  return 'stated';
}

const bitOf = (name: string): number => 1 << table.findIndex(([own]) => own === name);
