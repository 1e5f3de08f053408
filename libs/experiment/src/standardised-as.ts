import type { EcgDataset, Example, Preparation, Split } from '@cardio/datasets';

/**
 * A dataset standardised as another preparation is, in place of by its own training split: what a model must be given that was trained so. Nothing is
 * copied; an example is changed when it is asked for.
 */
export function standardisedAs(dataset: EcgDataset, { steps }: Preparation): EcgDataset {
  const own = fittedOf(dataset.preparation.steps);
  const wanted = fittedOf(steps);
  const move = (values: Float32Array, place: (i: number) => number): Float32Array =>
    values.map((value, i) => {
      const at = place(i);
      return (value * own.std(at) + own.mean(at) - wanted.mean(at)) / wanted.std(at);
    });
  const moved = (split: Split): Split => ({
    // not where it is stored or what it was cut of: a loader would take the examples from there
    ...{ name: split.name, size: split.size, shape: split.shape, classCounts: split.classCounts },
    ...{ recordIds: split.recordIds, patientIds: split.patientIds },
    example(index): Example {
      const example = split.example(index);
      const { id, recordId, patientId, y } = example;
      const x = { enumerable: true, get: () => move(example.x, () => samples) };
      const features = {
        enumerable: true,
        get: () => example.features && move(example.features, (f) => f),
      };
      const result = { id, recordId, patientId, y };
      return Object.defineProperties(result, { x, ...(split.shape.features > 0 && { features }) }) as Example; // `x` is defined just here
    },
  });
  const others = dataset.preparation.steps.filter(({ step }) => !step.startsWith('standardise'));
  return {
    ...dataset,
    preparation: {
      ...dataset.preparation,
      steps: [...others, ...steps.filter(({ step }) => step.startsWith('standardise'))],
    },
    splits: {
      train: moved(dataset.splits.train),
      validation: moved(dataset.splits.validation),
      test: moved(dataset.splits.test),
    },
  };
}

/** The place of the samples beside those of the features. */
const samples = -1;

/** Mean and deviation of the samples or of a feature; 0 and 1 where nothing was fitted. */
function fittedOf(steps: Preparation['steps']): { mean(place: number): number; std(place: number): number } {
  const ofSamples = steps.find((step) => step.step === 'standardise');
  const ofFeatures = steps.find((step) => step.step === 'standardise-features');
  return {
    mean: (place) => (place === samples ? ofSamples?.mean : ofFeatures?.mean[place]) ?? 0,
    std: (place) => (place === samples ? ofSamples?.std : ofFeatures?.std[place]) || 1,
  };
}
