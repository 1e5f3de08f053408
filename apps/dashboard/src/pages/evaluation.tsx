import { entriesAt, listAt, numberAt, textAt } from '../api/lookup.js';
import { scoreName } from '../curves/score-name.js';
import { useSettings } from '../settings.js';

/** Scores of a run on its test split with their intervals, and those of its classes. */
export function Evaluation({ of }: { readonly of: unknown }) {
  const { words, formats } = useSettings();
  const level = numberAt(of, 'intervals', 'level');
  const interval = (name: string): string => {
    const low = numberAt(of, 'intervals', 'summary', name, 'low');
    const high = numberAt(of, 'intervals', 'summary', name, 'high');
    return low === undefined || high === undefined
      ? words.common.none
      : `${formats.short(low)} – ${formats.short(high)}`;
  };
  return (
    <section class="card">
      <h2>{words.runs.evaluation}</h2>
      <div class="columns">
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.runs.score}</th>
                <th scope="col" class="number">
                  {words.runs.value}
                </th>
                <th scope="col" class="number">
                  {words.runs.interval(formats.percent(level ?? 0.95))}
                </th>
              </tr>
            </thead>
            <tbody>
              {entriesAt(of, 'summary').map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{scoreName(words, name)}</th>
                  <td class="number">{formats.short(typeof value === 'number' ? value : null)}</td>
                  <td class="number second">{interval(name)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <div class="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">{words.runs.class}</th>
                <th scope="col" class="number">
                  {words.runs.positives}
                </th>
                <th scope="col" class="number">
                  {words.runs.sensitivity}
                </th>
                <th scope="col" class="number">
                  {words.runs.precision}
                </th>
                <th scope="col" class="number">
                  F1
                </th>
                <th scope="col" class="number">
                  AUROC
                </th>
              </tr>
            </thead>
            <tbody>
              {listAt(of, 'perClass').map((one) => (
                <tr key={textAt(one, 'name')}>
                  <th scope="row">{textAt(one, 'name') ?? textAt(one, 'class')}</th>
                  <td class="number">{formats.number(numberAt(one, 'support'))}</td>
                  <td class="number">{formats.short(numberAt(one, 'sensitivity'))}</td>
                  <td class="number">{formats.short(numberAt(one, 'positivePredictivity'))}</td>
                  <td class="number">{formats.short(numberAt(one, 'f1'))}</td>
                  <td class="number">{formats.short(numberAt(one, 'auroc'))}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
    </section>
  );
}
