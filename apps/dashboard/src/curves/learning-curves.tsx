import { useMemo, useState } from 'preact/hooks';

import type { Epoch } from '../api/types.js';
import { useSettings } from '../settings.js';
import { lazily } from '../ui/lazy.js';
import { scoreName } from './score-name.js';
import type { Curve } from './curves.js';

const Curves = lazily(async () => (await import('./curves.js')).Curves);

/** One run's epochs. */
interface RunHistory {
  readonly name: string;
  readonly history: readonly Epoch[];
}

/** Losses and a validation score of one or more runs over their epochs; with several runs each has a colour. */
export function LearningCurves({ runs }: { readonly runs: readonly RunHistory[] }) {
  const { words } = useSettings();
  const [logarithmic, setLogarithmic] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const scores = useMemo(
    () =>
      [
        ...new Set(runs.flatMap(({ history }) => history.flatMap(({ validation }) => Object.keys(validation ?? {})))),
      ].filter((name) => name !== 'loss'),
    [runs],
  );
  const score = scores.find((name) => name === chosen) ?? preferred.find((name) => scores.includes(name)) ?? scores[0];
  const several = runs.length > 1;
  const losses = useMemo(
    () =>
      runs.flatMap(({ name, history }, i): Curve[] => [
        {
          ...{ name: several ? `${name} · ${words.runs.trainLoss}` : words.runs.trainLoss, colour: i, dashed: true },
          points: history.map(({ epoch, train }) => [epoch, train['loss'] ?? null]),
        },
        {
          name: several
            ? `${name} · ${words.runs.valScore(words.runs.scoreNames.loss)}`
            : words.runs.valScore(words.runs.scoreNames.loss),
          colour: several ? i : 1,
          points: history.map(({ epoch, validation }) => [epoch, validation?.['loss'] ?? null]),
        },
      ]),
    [runs, several, words],
  );
  const scored = useMemo(
    () =>
      runs.map(({ name, history }, i): Curve => ({
        name: several ? name : words.runs.valScore(scoreName(words, score ?? '')),
        colour: several ? i : 2,
        points: history.map(({ epoch, validation }) => [epoch, validation?.[score ?? ''] ?? null]),
      })),
    [runs, several, words, score],
  );
  return (
    <div class="stack">
      <div>
        <label class="row small second">
          <input
            type="checkbox"
            checked={logarithmic}
            onChange={(event) => setLogarithmic(event.currentTarget.checked)}
          />
          {words.runs.logScale}
        </label>
        <Curves curves={losses} label={words.runs.scoreNames.loss} logarithmic={logarithmic} />
      </div>
      {score !== undefined && (
        <div>
          <label class="row small second">
            <span>{words.runs.measure}</span>
            <select style={{ width: 'auto' }} value={score} onChange={(event) => setChosen(event.currentTarget.value)}>
              {scores.map((name) => (
                <option key={name} value={name}>
                  {scoreName(words, name)}
                </option>
              ))}
            </select>
          </label>
          <Curves curves={scored} label={scoreName(words, score)} height={220} />
        </div>
      )}
    </div>
  );
}

const preferred = ['macroAuroc', 'macro_auroc', 'macroF1', 'macro_f1', 'accuracy'];
