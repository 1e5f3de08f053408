import { html, table, facts, type Html } from '../html.js';
import type { Language } from '../language.js';
import { fewPositives, type ReportData, type ReportScore } from '../report-data.js';

/** The score that stands for all: the one that validation chose by, else the first. */
function mainScore({ training, test }: ReportData): ReportScore | undefined {
  return test.scores.find(({ name }) => name === training.chosen?.score.name) ?? test.scores.at(0);
}

/** One paragraph that says how good the model is and how far that can be trusted. */
export function verdict(data: ReportData, language: Language): Html {
  const { words, score, percent } = language;
  const { test, sharedPatients } = data;
  const main = mainScore(data);
  const few = test.classes.filter(({ positives }) => positives < fewPositives);
  const ranked = test.classes
    .filter(({ auroc, positives }) => auroc !== null && positives >= fewPositives)
    .sort((a, b) => (b.auroc ?? 0) - (a.auroc ?? 0));
  const [best, worst] = [ranked.at(0), ranked.at(-1)];
  return html`<section aria-labelledby="verdict">
    <h2 id="verdict">${words.verdict.heading}</h2>
    <p class="verdict">
      ${
        main &&
        words.verdict.whole(
          words.counts.examples(test.examples, language.number(test.examples)),
          words.counts.patients(test.patients, language.number(test.patients)),
          language.scoreName(main.name),
          language.scoreWith(main.value, main.interval),
        )
      }
      ${main?.interval && test.intervals && words.verdict.interval(percent(test.intervals.level))}
      ${
        best &&
        worst &&
        [
          words.verdict.best(best.name, score(best.auroc)),
          best === worst ? words.verdict.only : ` ${words.verdict.worst(worst.name, score(worst.auroc))}`,
        ].join('')
      }
      ${few.length > 0 && words.verdict.few(few.map(({ name }) => name).join(', '))}
      ${
        sharedPatients === null
          ? words.verdict.leakUnknown
          : sharedPatients.length === 0
            ? words.verdict.leakFree
            : words.verdict.leak(words.counts.patients(sharedPatients.length, language.number(sharedPatients.length)))
      }
    </p>
    <p class="warning">${words.notice}</p>
  </section> `;
}

/** What was trained on what, the splits and the leak check. */
export function dataSection(data: ReportData, language: Language): Html {
  const { words, number } = language;
  const { dataset, model, task, training, window, splits, sharedPatients } = data;
  const w = words.data;
  const isEcg = !data.preparation.some((step) => step.includes('"beat-sequences"'));
  const counted = splits.every(({ positives }) => positives !== null) ? task.classes : [];
  const { chosen } = training;
  return html`<section aria-labelledby="data">
    <h2 id="data">${w.heading}</h2>
    ${facts([
      [w.model, `${model.name}, ${w.parameters(number(model.parameters))}`],
      [w.dataset, `${dataset.title}, ${w.version(dataset.version)}`],
      [
        w.task,
        `${task.name}: ${task.classes.join(', ')} (${w[task.kind === 'multi-label' ? 'multiLabel' : 'multiClass']})`,
      ],
      [
        w.input,
        [
          isEcg
            ? w.inputText(
                number(window.samples / window.sampleRateHz),
                words.counts.leads(window.leads.length, number(window.leads.length), window.leads.join(', ')),
                number(window.sampleRateHz),
              )
            : w.numbers(number(window.samples), number(window.leads.length)),
          ...(task.aggregate ? [w.aggregate[task.aggregate]] : []),
        ].join('; '),
      ],
      [
        w.training,
        w.trainingText(
          words.counts.epochs(training.epochs, number(training.epochs)),
          number(training.batchSize),
          training.optimizer,
          number(training.learningRate),
        ),
      ],
      ...(chosen
        ? [
            [
              w.chosen,
              data.run.checkpoint === 'best'
                ? w.chosenBest(
                    number(chosen.epoch),
                    language.scoreName(chosen.score.name),
                    language.score(chosen.score.value),
                  )
                : w.chosenLast(number(chosen.epoch)),
            ] as const,
          ]
        : []),
      [
        w.leak,
        sharedPatients === null
          ? w.leakUnknown
          : sharedPatients.length === 0
            ? w.leakFree
            : w.leakFound(sharedPatients.join(', ')),
      ],
    ])}
    ${table(
      w.splits,
      [
        { head: w.split, cell: ({ name }) => w.names[name] },
        { head: w.examples, number: true, cell: ({ examples }) => number(examples) },
        { head: w.patients, number: true, cell: ({ patients }) => number(patients) },
        ...counted.map((name, k) => ({
          head: name,
          number: true,
          cell: ({ positives }: (typeof splits)[number]) => (positives ? number(positives[k]) : ''),
        })),
      ],
      splits,
    )}
    <p>
      ${dataset.absent > 0 && w.absent(words.counts.records(dataset.absent, number(dataset.absent)))}
      ${dataset.bad > 0 && w.bad(words.counts.records(dataset.bad, number(dataset.bad)))}
    </p>
    ${
      dataset.notes.length + data.test.notes.length > 0 &&
      html`<h3>${w.notes}</h3>
        <ul lang="en">
          ${[...new Set([...dataset.notes, ...data.test.notes])].map((note) => html`<li>${note}</li>`)}
        </ul>`
    }
  </section> `;
}
