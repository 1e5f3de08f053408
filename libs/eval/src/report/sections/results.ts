import { figure, html, table, type Html } from '../html.js';
import type { Language } from '../language.js';
import { fewPositives, figureKinds, type ReportData } from '../report-data.js';

const mark = '†';

/** Scores with intervals, and the classes. */
export function scoresSection({ test }: ReportData, language: Language): Html {
  const { words, number, score } = language;
  const w = words.scores;
  const { intervals } = test;
  const few = test.classes.some(({ positives }) => positives < fewPositives);
  return html`<section aria-labelledby="scores">
    <h2 id="scores">${w.heading}</h2>
    ${table(
      w.caption,
      [
        { head: w.score, cell: ({ name }) => language.scoreName(name) },
        { head: w.value, number: true, cell: ({ value }) => score(value) },
        ...(intervals
          ? [
              {
                head: w.interval(language.percent(intervals.level)),
                cell: ({ interval }: (typeof test.scores)[number]) => language.interval(interval) || '–',
              },
            ]
          : []),
      ],
      test.scores,
    )}
    <p class="second">${intervals ? w.byPatient(number(intervals.resamples)) : w.noIntervals}</p>
    ${table(
      w.classes,
      [
        { head: w.class, cell: ({ name, positives }) => (positives < fewPositives ? `${name} ${mark}` : name) },
        { head: w.positives, number: true, cell: ({ positives }) => number(positives) },
        { head: w.predicted, number: true, cell: ({ predicted }) => number(predicted) },
        { head: 'AUROC', cell: ({ auroc, aurocInterval }) => language.scoreWith(auroc, aurocInterval) },
        { head: 'AUPRC', number: true, cell: ({ auprc }) => score(auprc) },
        { head: w.sensitivity, number: true, cell: ({ sensitivity }) => score(sensitivity) },
        { head: w.positivePredictivity, number: true, cell: ({ positivePredictivity }) => score(positivePredictivity) },
        { head: 'F1', number: true, cell: ({ f1 }) => score(f1) },
      ],
      test.classes,
    )}
    ${few && html`<p class="second">${w.few(mark, number(fewPositives))}</p>`}
  </section> `;
}

/** All figures that there are. */
export function figuresSection({ figures }: ReportData, { words }: Language): Html | null {
  const shown = figureKinds.flatMap((kind) => {
    const svg = figures[kind];
    return svg === undefined ? [] : [{ kind, svg }];
  });
  if (shown.length === 0) return null;
  return html`<section aria-labelledby="figures">
    <h2 id="figures">${words.figures.heading}</h2>
    <div class="figures">
      ${shown.map(
        ({ kind, svg }) =>
          html`<figure>
            ${figure(svg)}
            <figcaption>${words.figures.captions[kind]}</figcaption>
          </figure> `,
      )}
    </div>
  </section> `;
}

/** The worst mistakes as ECGs. */
export function mistakesSection({ mistakes, window }: ReportData, language: Language): Html {
  const { words, number, score } = language;
  const w = words.mistakes;
  const list = (names: readonly string[]): string => (names.length > 0 ? names.join(', ') : w.nothing);
  const small = window.samples / window.sampleRateHz < 3;
  return html`<section aria-labelledby="mistakes">
<h2 id="mistakes">${w.heading}</h2>
<p>${mistakes === null ? w.none : mistakes.length === 0 ? w.perfect : w.explained}</p>
<div${small && html` class="small-sheets"`}>
${(mistakes ?? []).map(
  ({ id, patientId, truth, predicted, about, probability, attributes, svg, explained }, i) =>
    html`<div class="mistake">
      <h3>${w.title(number(i + 1), id)}</h3>
      <p>
        ${w.truth}: <strong>${list(truth)}</strong>. ${w.predicted}: <strong>${list(predicted)}</strong>.
        ${w.about(about, score(probability))}. ${w.patient}
        ${[
          patientId,
          ...Object.entries(attributes).map(
            ([name, value]) =>
              `${words.subgroups.attributes[name] ?? name} ${typeof value === 'number' ? number(value) : (words.subgroups.values[value] ?? value)}`,
          ),
        ].join(', ')}.${!explained && ` (${w.unexplained})`}
      </p>
      <div class="sheet" role="region" tabindex="0" aria-label="${w.title(number(i + 1), id)}">${figure(svg)}</div>
    </div> `,
)}</div>
</section>
`;
}
