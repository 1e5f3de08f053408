import { useEffect, useMemo, useState } from 'preact/hooks';

import { get } from '../api/client.js';
import { at, entriesAt, numberAt } from '../api/lookup.js';
import type { RunDetails } from '../api/types.js';
import { LearningCurves } from '../curves/learning-curves.js';
import { scoreName } from '../curves/score-name.js';
import { href } from '../router.js';
import { useSettings } from '../settings.js';
import { Failure, PageHead } from '../ui/parts.js';

/** Several runs side by side: curves over one another, scores, and where their configurations differ. */
export function ComparePage({ ids }: { readonly ids: readonly string[] }) {
  const { words, formats } = useSettings();
  const [runs, setRuns] = useState<readonly RunDetails[]>();
  const [error, setError] = useState<unknown>();
  const key = ids.join('\n');
  useEffect(() => {
    const controller = new AbortController();
    Promise.all(
      key.split('\n').map((id) => get<RunDetails>(`/runs/${encodeURIComponent(id)}`, controller.signal)),
    ).then(setRuns, (problem: unknown) => {
      if (!controller.signal.aborted) setError(problem);
    });
    return () => controller.abort();
  }, [key]);
  const histories = useMemo(() => (runs ?? []).map(({ id, history }) => ({ name: id, history })), [runs]);
  if (error !== undefined) return <Failure error={error} />;
  if (!runs) return <p class="second">{words.common.loading}</p>;
  const names = [...new Set(runs.flatMap(({ evaluation }) => entriesAt(evaluation, 'summary').map(([name]) => name)))];
  const hashes = runs.map(({ manifest }) => at(manifest, 'dataset', 'hash'));
  const sameData = hashes.every((hash) => hash !== undefined && hash === hashes[0]);
  const differences = differencesOf(runs.map(({ config }) => config));
  const heads = runs.map(({ id }) => (
    <th key={id} scope="col">
      <a href={href(['runs', id])}>{id}</a>
    </th>
  ));
  return (
    <>
      <PageHead title={words.runs.comparison} back={{ href: href(['runs']), text: words.runs.title }} />
      <div class="stack">
        <section class="card">
          <h2>{words.runs.curves}</h2>
          <LearningCurves runs={histories} />
        </section>
        <section class="card scroll">
          <table>
            <caption>
              {words.runs.scores}{' '}
              <span class="second small">
                ({words.runs.sameData}: {sameData ? words.common.yes : words.common.no})
              </span>
            </caption>
            <thead>
              <tr>
                <th scope="col">{words.runs.score}</th>
                {heads}
              </tr>
            </thead>
            <tbody>
              {names.map((name) => {
                const values = runs.map(({ evaluation }) => numberAt(evaluation, 'summary', name));
                const best = Math.max(...values.filter((value) => value !== undefined));
                return (
                  <tr key={name}>
                    <th scope="row">{scoreName(words, name)}</th>
                    {values.map((value, i) => (
                      <td key={runs[i].id} class={value === best ? 'best' : ''}>
                        {formats.short(value)}
                      </td>
                    ))}
                  </tr>
                );
              })}
            </tbody>
          </table>
        </section>
        <section class="card scroll">
          <table>
            <caption>{words.runs.differences}</caption>
            {differences.length === 0 ? (
              <tbody>
                <tr>
                  <td class="second">{words.runs.noDifference}</td>
                </tr>
              </tbody>
            ) : (
              <>
                <thead>
                  <tr>
                    <th scope="col">{words.runs.configuration}</th>
                    {heads}
                  </tr>
                </thead>
                <tbody>
                  {differences.map(({ path, values }) => (
                    <tr key={path}>
                      <th scope="row">
                        <code>{path}</code>
                      </th>
                      {values.map((value, i) => (
                        <td key={runs[i].id}>{value ?? words.common.none}</td>
                      ))}
                    </tr>
                  ))}
                </tbody>
              </>
            )}
          </table>
        </section>
      </div>
    </>
  );
}

/** Leaves of the configurations that differ, but for the run's own folder. */
function differencesOf(
  configs: readonly unknown[],
): { readonly path: string; readonly values: readonly (string | undefined)[] }[] {
  const leaves = configs.map((config) => new Map(leavesOf(config, '')));
  const paths = new Set(leaves.flatMap((map) => [...map.keys()]));
  return [...paths]
    .filter((path) => !path.startsWith('output.'))
    .map((path) => ({ path, values: leaves.map((map) => map.get(path)) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
}

const leavesOf = (value: unknown, path: string): [string, string][] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.entries(value).flatMap(([name, part]) => leavesOf(part, path ? `${path}.${name}` : name))
    : [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
