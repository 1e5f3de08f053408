const codes: Record<string, number> = {
  linear: 0,
  relu: 1,
  relu6: 2,
  elu: 3,
  sigmoid: 4,
  leakyrelu: 5,
  prelu: 6,
  tanh: 7,
};

/** The addon's number of the activation that a fused kernel ends with. @throws Error for one that it has not */
export function activationCode(name: unknown): number {
  const code = codes[(name as string | undefined) ?? 'linear'];
  if (code === undefined)
    throw new Error(`Unknown activation '${String(name)}'. Known: ${Object.keys(codes).join(', ')}.`);
  return code;
}
