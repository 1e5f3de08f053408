import { useEffect, useState } from 'preact/hooks';

import { request } from '../api/client.js';
import type { PredictedAnswer, Prediction, RunRow } from '../api/types.js';
import { useFetch } from '../api/use-fetch.js';
import { useSettings } from '../settings.js';
import { Failure, Loaded } from '../ui/parts.js';
import { overlayOf, type Overlay } from './saliency.js';
import type { EcgRecord } from './ecg-record.js';

/** What a trained model says of the record. */
export function Predict(props: {
  readonly record: EcgRecord;
  readonly run: string | null;
  readonly onOverlay: (overlay: Overlay | undefined) => void;
}) {
  const { words } = useSettings();
  const runs = useFetch<{ readonly runs: readonly RunRow[] }>('/runs');
  return (
    <section class="card">
      <h2>{words.predict.title}</h2>
      <Loaded of={runs}>
        {({ runs: list }) => {
          const usable = list.filter(({ state }) => state === 'trained' || state === 'evaluated');
          return usable.length === 0 ? (
            <p class="second">{words.predict.noRuns}</p>
          ) : (
            <PredictForm {...props} runs={usable} />
          );
        }}
      </Loaded>
    </section>
  );
}

function PredictForm(props: {
  readonly record: EcgRecord;
  readonly run: string | null;
  readonly runs: readonly RunRow[];
  readonly onOverlay: (overlay: Overlay | undefined) => void;
}) {
  const { words } = useSettings();
  const { record, runs } = props;
  const [run, setRun] = useState(() => runs.find(({ id }) => id === props.run)?.id ?? runs[0].id);
  const [answer, setAnswer] = useState<Prediction>();
  const [explained, setExplained] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => setAnswer(undefined), [record, run]);
  const predict = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    props.onOverlay(undefined);
    try {
      const path = `/predict/${encodeURIComponent(run)}${explained ? '?saliency=true' : ''}`;
      const told = (await (await request(path, { method: 'POST', body: bodyOf(record) })).json()) as Prediction; // the API's contract
      setAnswer(told);
      props.onOverlay(told.saliency && overlayOf(record, told.saliency));
    } catch (problem) {
      setError(problem);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        void predict();
      }}
    >
      <div class="row">
        <label for="predict-run">{words.predict.run}</label>
        <select
          id="predict-run"
          style={{ width: 'auto' }}
          value={run}
          onChange={(event) => setRun(event.currentTarget.value)}
        >
          {runs.map(({ id }) => (
            <option key={id} value={id}>
              {id}
            </option>
          ))}
        </select>
        <label class="row">
          <input type="checkbox" checked={explained} onChange={(event) => setExplained(event.currentTarget.checked)} />
          {words.predict.explain}
        </label>
        <button class="main" disabled={busy}>
          {busy ? words.predict.predicting : words.predict.submit}
        </button>
      </div>
      {error !== undefined && <Failure error={error} />}
      {answer !== undefined && <Answer of={answer} />}
    </form>
  );
}

/** Windows that are shown; a half-hour record of beats has thousands. */
const mostWindows = 20;

function Answer({ of: { classes, whole, windows, notes, saliency } }: { readonly of: Prediction }) {
  const { words, formats } = useSettings();
  return (
    <div class="stack" role="status">
      {whole ? (
        <Probabilities title={words.predict.whole} classes={classes} answer={whole} />
      ) : (
        <div class="columns">
          {windows.slice(0, mostWindows).map((window) => (
            <Probabilities
              key={window.id}
              title={`${words.predict.window} ${window.id}`}
              classes={classes}
              answer={window}
            />
          ))}
        </div>
      )}
      {!whole && windows.length > mostWindows && (
        <p class="second">
          {words.common.of(formats.number(mostWindows), words.predict.windows(formats.number(windows.length)))}
        </p>
      )}
      {saliency?.windows[0] && <p class="second small">{words.predict.overlay(saliency.windows[0].about)}</p>}
      {notes.map((note) => (
        <p key={note} class="second small" lang="en">
          {note}
        </p>
      ))}
    </div>
  );
}

function Probabilities(props: {
  readonly title: string;
  readonly classes: readonly string[];
  readonly answer: PredictedAnswer;
}) {
  const { words, formats } = useSettings();
  const { predicted, probabilities } = props.answer;
  return (
    <div class="scroll">
      <table>
        <caption>
          {props.title}: {predicted.join(', ') || words.predict.nothing}
        </caption>
        <tbody>
          {props.classes.map((name, c) => (
            <tr key={name} class={predicted.includes(name) ? 'chosen' : ''}>
              <th scope="row">{name}</th>
              <td>
                <div class="probability">
                  <div class="bar" aria-hidden="true">
                    <span style={{ width: `${100 * probabilities[c]}%` }} />
                  </div>
                  <span>{formats.percent(probabilities[c])}</span>
                </div>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The record's own files if it has some; else its samples. */
function bodyOf({ name, signal, files }: EcgRecord): unknown {
  if (files.length > 0 && files.some((file) => file.name.endsWith('.hea'))) {
    const form = new FormData();
    for (const file of files) form.append('files', file, file.name);
    return form;
  }
  return {
    ...{ name, sample_rate_hz: signal.sampleRateHz, leads: signal.leads },
    samples: signal.samples.map((lead) => Array.from(lead, (mv) => (Number.isNaN(mv) ? null : mv))),
  };
}
