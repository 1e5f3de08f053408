import { useMemo } from 'preact/hooks';

import { entriesAt, numberAt, textAt } from '../api/lookup.js';
import type { RunDetails } from '../api/types.js';
import { useFetch } from '../api/use-fetch.js';
import { LearningCurves } from '../curves/learning-curves.js';
import { href } from '../router.js';
import { useSettings } from '../settings.js';
import { Facts, Loaded, PageHead, State } from '../ui/parts.js';
import { Evaluation } from './evaluation.js';
import { Report } from './report.js';

/** One run: what was trained on what, its curves, scores, report and files. */
export function RunPage({ id }: { readonly id: string }) {
  const run = useFetch<RunDetails>(`/runs/${encodeURIComponent(id)}`);
  return <Loaded of={run}>{(details) => <RunBody run={details} />}</Loaded>;
}

function RunBody({ run }: { readonly run: RunDetails }) {
  const { words, formats } = useSettings();
  const { manifest, evaluation } = run;
  const histories = useMemo(() => [{ name: run.id, history: run.history }], [run]);
  const hasReport = run.files.some(({ path }) => path === 'report.html');
  const splitNames: Readonly<Record<string, string>> = words.runs.splits;
  return (
    <>
      <PageHead title={run.id} back={{ href: href(['runs']), text: words.runs.title }}>
        <State name={run.state} />
        <a class="button" href={href(['ecg'], { run: run.id })}>
          {words.predict.title}
        </a>
      </PageHead>
      <div class="stack">
        <div class="columns">
          <section class="card">
            <Facts
              of={[
                [words.runs.model, run.model],
                [words.runs.parameters, formats.number(numberAt(manifest, 'model', 'parameters'))],
                [words.runs.dataset, <a href={href(['datasets', run.dataset])}>{run.dataset}</a>],
                [words.runs.engine, textAt(manifest, 'engine', 'name')],
                [words.runs.epochs, words.common.of(formats.number(run.epochs.done), formats.number(run.epochs.most))],
                [words.runs.started, formats.time(run.started)],
              ]}
            />
          </section>
          {manifest && (
            <section class="card scroll">
              <table>
                <thead>
                  <tr>
                    <th scope="col">{words.runs.split}</th>
                    <th scope="col" class="number">
                      {words.runs.examples}
                    </th>
                    <th scope="col" class="number">
                      {words.runs.patients}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {entriesAt(manifest, 'dataset', 'examples').map(([split]) => (
                    <tr key={split}>
                      <th scope="row">{splitNames[split] ?? split}</th>
                      <td class="number">{formats.number(numberAt(manifest, 'dataset', 'examples', split))}</td>
                      <td class="number">{formats.number(numberAt(manifest, 'dataset', 'patients', split))}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          )}
        </div>
        <section class="card">
          <h2>{words.runs.curves}</h2>
          {run.history.length > 0 ? <LearningCurves runs={histories} /> : <p class="second">{words.jobs.waiting}</p>}
        </section>
        {evaluation ? <Evaluation of={evaluation} /> : <p class="second">{words.runs.noEvaluation}</p>}
        {hasReport && <Report path={`/runs/${encodeURIComponent(run.id)}/files/report.html`} />}
        <section class="card">
          <details>
            <summary>{words.runs.configuration}</summary>
            <pre class="log" tabIndex={0}>
              {JSON.stringify(run.config, null, 2)}
            </pre>
          </details>
          <details>
            <summary>{words.runs.files}</summary>
            <Facts of={run.files.map(({ path, bytes }) => [path, formats.bytes(bytes)])} />
          </details>
        </section>
      </div>
    </>
  );
}
