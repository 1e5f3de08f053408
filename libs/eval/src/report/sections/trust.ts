import { html, table, type Html } from '../html.js';
import type { Language } from '../language.js';
import type { ReportData } from '../report-data.js';

/** Scores of parts of the test split. */
export function subgroupsSection({ subgroups }: ReportData, language: Language): Html {
  const { words, number } = language;
  const w = words.subgroups;
  return html`<section aria-labelledby="subgroups">
    <h2 id="subgroups">${w.heading}</h2>
    ${subgroups.length === 0 && html`<p>${w.none}</p>`}
    ${subgroups.map(({ attribute, score, groups }) =>
      table(
        w.caption(w.attributes[attribute] ?? attribute, language.scoreName(score)),
        [
          { head: w.group, cell: ({ name }) => w.values[name] ?? name },
          { head: words.data.examples, number: true, cell: ({ examples }) => number(examples) },
          { head: words.data.patients, number: true, cell: ({ patients }) => number(patients) },
          {
            head: words.scores.value,
            cell: ({ value, interval }) => language.scoreWith(value, interval),
          },
          { head: w.few, cell: ({ few }) => few.join(', ') || '–' },
        ],
        groups,
      ),
    )}
  </section> `;
}

/** How well probabilities are what they say. */
export function calibrationSection({ calibration }: ReportData, language: Language): Html {
  const w = language.words.calibration;
  return html`<section aria-labelledby="calibration">
    <h2 id="calibration">${w.heading}</h2>
    <p>${calibration ? w.intro(w.methods[calibration.method] ?? calibration.method) : w.none}</p>
    ${
      calibration &&
      table(
        w.caption,
        [
          { head: w.measure, cell: ({ name }) => language.scoreName(name) },
          { head: w.before, number: true, cell: ({ before }) => language.score(before) },
          { head: w.after, number: true, cell: ({ after }) => language.score(after) },
        ],
        calibration.measures,
      )
    }
  </section> `;
}

/** Thresholds that validation chose. */
export function thresholdsSection({ thresholds, task }: ReportData, language: Language): Html {
  const { words, score } = language;
  const w = words.thresholds;
  return html`<section aria-labelledby="thresholds">
    <h2 id="thresholds">${w.heading}</h2>
    <p>
      ${thresholds ? w.intro(w.rules[thresholds.by] ?? thresholds.by) : task.kind === 'multi-class' ? w.highest : w.none}
    </p>
    ${
      thresholds &&
      table(
        w.caption,
        [
          { head: words.scores.class, cell: ({ name }) => name },
          {
            head: w.threshold,
            number: true,
            cell: ({ threshold }) => (threshold === null ? w.fallback(score(0.5)) : score(threshold)),
          },
          { head: words.scores.sensitivity, number: true, cell: ({ sensitivity }) => score(sensitivity) },
          { head: w.specificity, number: true, cell: ({ specificity }) => score(specificity) },
          {
            head: words.scores.positivePredictivity,
            number: true,
            cell: ({ positivePredictivity }) => score(positivePredictivity),
          },
          { head: 'F1', number: true, cell: ({ f1 }) => score(f1) },
        ],
        thresholds.classes,
      )
    }
  </section> `;
}

/** What the model is for and what it is not. */
export function cardSection({ dataset }: ReportData, { words }: Language): Html {
  const w = words.card;
  return html`<section aria-labelledby="card">
    <h2 id="card">${w.heading}</h2>
    <h3>${w.use}</h3>
    <p>${w.useText}</p>
    <h3>${w.limits}</h3>
    <ul>
      ${w.limitsText.map((text) => html`<li>${text}</li>`)}
    </ul>
    <h3>${w.licence}</h3>
    <p>${dataset.title}: ${dataset.licence || w.none}</p>
    <h3>${w.citation}</h3>
    <p>${dataset.citation || w.none}</p>
    ${dataset.url !== '' && html`<p>${w.source}: ${dataset.url}</p>`}
  </section> `;
}

/** Commands, versions and hashes. */
export function reproduceSection({ reproduce, preparation }: ReportData, { words }: Language): Html {
  const w = words.reproduce;
  return html`<section aria-labelledby="reproduce">
    <h2 id="reproduce">${w.heading}</h2>
    <p>${w.commands}</p>
    <pre><code>${reproduce.commands.join('\n')}</code></pre>
    <dl>
      ${reproduce.facts.map(
        ([name, value]) =>
          html`<div>
            <dt>${w.facts[name]}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
    <h3>${w.preparation}</h3>
    <ol>
      ${preparation.map((step) => html`<li><code>${step}</code></li>`)}
    </ol>
  </section> `;
}
