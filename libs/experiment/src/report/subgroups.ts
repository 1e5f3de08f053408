import { ageBands, evaluateSubgroups, type AttributeValue, type Scores } from '@cardio/eval';
import type { ReportSubgroups } from '@cardio/eval/report';

import { leastPatients } from '../intervals.js';
import type { Predictions } from '../predictions.js';

/** By each attribute that has more than one value. */
export function subgroupsOf(scores: Scores, { examples }: Predictions, score: string): ReportSubgroups[] {
  const known = <T>(of: (attributes: NonNullable<(typeof examples)[number]['attributes']>) => T): (T | null)[] =>
    examples.map(({ attributes }) => (attributes ? of(attributes) : null));
  const all: Readonly<Record<string, readonly AttributeValue[]>> = {
    sex: known(({ sex }) => sex),
    age: ageBands(known(({ ageYears }) => ageYears)),
    site: known(({ site }) => site),
    device: known(({ device }) => device),
    quality: known(({ quality }) => quality),
  };
  const varied = Object.entries(all).filter(
    ([, values]) => new Set(values.filter((v) => v !== null && v !== undefined)).size > 1,
  );
  const patients = examples.map(({ patientId }) => patientId);
  return evaluateSubgroups(scores, Object.fromEntries(varied), { patients, bootstrap: { resamples: 500 } }).map(
    ({ attribute, groups }) => ({
      attribute,
      score,
      groups: groups.map(({ name, examples: size, patients: people, summary, perClass }) => ({
        ...{ name, examples: size, patients: people },
        value: summary[score]?.value ?? null,
        interval: people < leastPatients ? null : (summary[score]?.interval ?? null),
        few: perClass.filter(({ few }) => few).map((one) => one.name),
      })),
    }),
  );
}
