import { useState } from 'preact/hooks';

import type { RunRow, Score } from '../api/types.js';
import { useFetch } from '../api/use-fetch.js';
import { scoreName } from '../curves/score-name.js';
import { href } from '../router.js';
import { useSettings } from '../settings.js';
import { Empty, Loaded, PageHead, State } from '../ui/parts.js';

/** All runs, the latest first; those that are ticked can be compared. */
export function RunsPage() {
  const { words } = useSettings();
  const runs = useFetch<{ readonly runs: readonly RunRow[] }>('/runs', 5000);
  const [ticked, setTicked] = useState<readonly string[]>([]);
  return (
    <>
      <PageHead title={words.runs.title}>
        <button
          class={ticked.length > 1 ? 'main' : ''}
          disabled={ticked.length < 2}
          onClick={() => (location.hash = href(['runs', 'compare'], { run: ticked }))}
        >
          {words.runs.compare(ticked.length)}
        </button>
      </PageHead>
      <Loaded of={runs}>
        {({ runs: list }) =>
          list.length === 0 ? (
            <Empty title={words.runs.none} hint={words.runs.noneHint} />
          ) : (
            <RunsTable
              runs={list}
              ticked={ticked}
              onTick={(id, on) => setTicked((before) => [...before.filter((one) => one !== id), ...(on ? [id] : [])])}
            />
          )
        }
      </Loaded>
    </>
  );
}

function RunsTable(props: {
  readonly runs: readonly RunRow[];
  readonly ticked: readonly string[];
  readonly onTick: (id: string, on: boolean) => void;
}) {
  const { words, formats } = useSettings();
  return (
    <div class="card scroll">
      <table class="list-table">
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">{words.runs.comparison}</span>
            </th>
            <th scope="col">{words.runs.run}</th>
            <th scope="col">{words.runs.model}</th>
            <th scope="col">{words.runs.dataset}</th>
            <th scope="col">{words.runs.state}</th>
            <th scope="col" class="number">
              {words.runs.epochs}
            </th>
            <th scope="col" class="number">
              {words.runs.validation}
            </th>
            <th scope="col" class="number">
              {words.runs.test}
            </th>
            <th scope="col">{words.runs.started}</th>
          </tr>
        </thead>
        <tbody>
          {props.runs.map((run) => (
            <tr key={run.id}>
              <td>
                <input
                  type="checkbox"
                  aria-label={words.runs.select(run.id)}
                  checked={props.ticked.includes(run.id)}
                  onChange={(event) => props.onTick(run.id, event.currentTarget.checked)}
                />
              </td>
              <th scope="row">
                <a href={href(['runs', run.id])}>{run.id}</a>
              </th>
              <td>{run.model}</td>
              <td>{run.dataset}</td>
              <td>
                <State name={run.state} />
              </td>
              <td class="number">
                {formats.number(run.epochs.done)} / {formats.number(run.epochs.most)}
              </td>
              <td class="number">
                <ScoreText score={run.validation} />
              </td>
              <td class="number">
                <ScoreText score={run.test} />
              </td>
              <td class="second small">{formats.time(run.started)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ScoreText({ score }: { readonly score: Score | null }) {
  const { words, formats } = useSettings();
  if (!score) return <>{words.common.none}</>;
  return (
    <>
      {formats.short(score.value)} <span class="second small">{scoreName(words, score.name)}</span>
    </>
  );
}
