/** The names of the model's inputs, in order. */
export const inputNames = ['ecg', 'features'] as const;

/** The names of the model's outputs. */
export const outputNames = { probabilities: 'probabilities', logits: 'logits' } as const;

/** Parts of a graph that are no layer of the model: what comes before it, what follows it. */
export const parts = { preparation: 'preparation', head: 'head' } as const;
