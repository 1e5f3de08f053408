import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';

/** A tensor of the addon: a number that is valid in the thread that made it, until it is released. */
export type Handle = number;

type Unary = (x: Handle) => Handle;
type Binary = (x: Handle, y: Handle) => Handle;
type Reduction = (x: Handle, axes: readonly number[], keepDims: boolean) => Handle;
type Values = Float32Array | Int32Array | Uint8Array;

/** The names of the entries that take one tensor to one tensor. */
export type UnaryName =
  | 'abs' | 'acos' | 'acosh' | 'asin' | 'asinh' | 'atan' | 'atanh' | 'ceil' | 'cos' | 'cosh' | 'elu' | 'erf' | 'exp' | 'expm1'
  | 'floor' | 'isfinite' | 'isinf' | 'isnan' | 'log' | 'log1p' | 'logicalNot' | 'neg' | 'onesLike' | 'reciprocal' | 'relu' | 'relu6'
  | 'round' | 'rsqrt' | 'selu' | 'sigmoid' | 'sign' | 'sin' | 'sinh' | 'softplus' | 'sqrt' | 'square' | 'tan' | 'tanh' | 'zerosLike'; // prettier-ignore

/** The names of the entries that take two tensors, broadcast together, to one. */
export type BinaryName =
  | 'add' | 'atan2' | 'bitwiseAnd' | 'div' | 'eluGradient' | 'eq' | 'floorDiv' | 'ge' | 'gt' | 'le' | 'logicalAnd' | 'logicalOr' | 'lt'
  | 'maximum' | 'minimum' | 'mod' | 'mul' | 'ne' | 'pow' | 'prelu' | 'reluGradient' | 'squaredDifference' | 'sub'; // prettier-ignore

/**
 * The entries of the native addon (`native/*.cc`). Every one throws an Error that starts with its name: for a handle that is wrong,
 * disposed or of another thread, for shapes that do not fit, and when memory runs out.
 */
export interface Addon extends Record<UnaryName, Unary>, Record<BinaryName, Binary> {
  /** Whether LibTorch has CUDA (1 or 0), and how many GPUs it can use. */
  devices(): [cuda: number, gpus: number];
  /**
   * Returns the threads in use. @param threads 0 for libtorch's own choice; @param device 0 CPU, 1 CUDA, 2 the CPU in the forms that a GPU
   * would take; it can't be changed while tensors are alive
   */
  configure(threads: number, device: number, bfloat16: boolean): number;
  /** Tensors and their bytes in this thread; bytes in use, bytes cached, peak of the bytes in use of the process. */
  memory(): [tensors: number, bytes: number, used: number, cached: number, peak: number];

  create(values: Values, shape: readonly number[], type: number): Handle;
  full(shape: readonly number[], value: number, type: number): Handle;
  read(x: Handle, into: Values): void;
  shape(x: Handle): number[];
  alias(x: Handle): Handle;
  release(x: Handle): void;

  cast(x: Handle, type: number): Handle;
  clip(x: Handle, min: number, max: number): Handle;
  leakyRelu(x: Handle, alpha: number): Handle;
  step(x: Handle, alpha: number): Handle;
  select(condition: Handle, x: Handle, y: Handle): Handle;

  sum: Reduction;
  mean: Reduction;
  max: Reduction;
  min: Reduction;
  prod: Reduction;
  all: Reduction;
  any: Reduction;
  argmax(x: Handle, axis: number): Handle;
  argmin(x: Handle, axis: number): Handle;
  cumulate(x: Handle, axis: number, product: boolean, exclusive: boolean, reverse: boolean): Handle;
  topk(x: Handle, k: number): [values: Handle, indices: Handle];

  reshape(x: Handle, shape: readonly number[]): Handle;
  permute(x: Handle, axes: readonly number[]): Handle;
  expand(x: Handle, shape: readonly number[]): Handle;
  flip(x: Handle, axes: readonly number[]): Handle;
  tile(x: Handle, repeats: readonly number[]): Handle;
  concat(xs: readonly Handle[], axis: number): Handle;
  stack(xs: readonly Handle[], axis: number): Handle;
  pad(x: Handle, amounts: readonly number[], value: number): Handle;
  slice(x: Handle, begin: readonly number[], size: readonly number[]): Handle;
  stridedSlice(x: Handle, begin: readonly number[], strides: readonly number[], size: readonly number[]): Handle;
  split(x: Handle, sizes: readonly number[], axis: number): Handle[];
  unstack(x: Handle, axis: number): Handle[];

  gather(x: Handle, indices: Handle): Handle;
  gatherRows(x: Handle, indices: Handle, leading: readonly number[]): Handle;
  scatterRows(x: Handle, indices: Handle, updates: Handle, leading: readonly number[], add: boolean): Handle;
  segmentSum(x: Handle, ids: Handle, segments: number): Handle;
  oneHot(indices: Handle, depth: number, on: number, off: number, type: number): Handle;
  pick(x: Handle, axis: number, indices: readonly number[]): Handle;
  spread(dy: Handle, axis: number, indices: readonly number[], size: number): Handle;
  scale(x: Handle, axis: number, factors: readonly number[]): Handle;
  range(start: number, step: number, count: number, type: number): Handle;
  diagonal(x: Handle): Handle;

  matmul(
    a: Handle,
    b: Handle,
    transposeA: boolean,
    transposeB: boolean,
    bias?: Handle,
    activation?: number,
    slope?: Handle,
    alpha?: number,
  ): Handle;
  /** Rearranges the memory of a filter [space, in, out] for the convolutions; values and shape stay. */
  arrange(filter: Handle): void;
  convolution(
    x: Handle,
    filter: Handle,
    geometry: readonly number[],
    channelsFirst: boolean,
    depthwise: boolean,
    bias?: Handle,
    activation?: number,
    slope?: Handle,
    alpha?: number,
  ): Handle;
  convolutionInput(
    dy: Handle,
    filter: Handle,
    geometry: readonly number[],
    channelsFirst: boolean,
    depthwise: boolean,
    shape: readonly number[],
  ): Handle;
  convolutionFilter(
    x: Handle,
    dy: Handle,
    geometry: readonly number[],
    channelsFirst: boolean,
    depthwise: boolean,
    shape: readonly number[],
  ): Handle;
  maxPool(x: Handle, window: readonly number[]): Handle;
  maxPoolGradient(dy: Handle, x: Handle, y: Handle, window: readonly number[]): Handle;
  avgPool(x: Handle, window: readonly number[]): Handle;
  avgPoolGradient(dy: Handle, shape: readonly number[], window: readonly number[]): Handle;

  /** Batch norm at inference: (x - mean) / sqrt(variance + epsilon) * scale + offset. */
  normalise(
    x: Handle,
    mean: Handle,
    variance: Handle,
    offset: Handle | undefined,
    scale: Handle | undefined,
    epsilon: number,
  ): Handle;
  /** `[2, C]`: mean and biased variance over all axes but the last. */
  batchMoments(x: Handle): Handle;
  batchNorm(x: Handle, moments: Handle, gamma: Handle, beta: Handle, epsilon: number, relu: boolean): Handle;
  /** `y`, the output, where a ReLU followed. */
  batchNormGradient(
    dy: Handle,
    x: Handle,
    moments: Handle,
    gamma: Handle,
    y: Handle | undefined,
    epsilon: number,
  ): Handle[];
  gatedResidual(x: Handle, gate: Handle, shortcut: Handle): Handle;
  gatedResidualGradient(dy: Handle, x: Handle, gate: Handle, y: Handle): Handle[];
  layerNorm(x: Handle, gamma: Handle, beta: Handle, epsilon: number): Handle;
  layerNormGradient(dy: Handle, x: Handle, gamma: Handle, y: Handle, epsilon: number): Handle[];
  softmax(x: Handle, axis: number): Handle;
  logSoftmax(x: Handle, axis: number): Handle;
  gelu(x: Handle, tanh: boolean): Handle;
  geluGradient(dy: Handle, x: Handle, tanh: boolean): Handle;

  softmaxCrossEntropy(logits: Handle, labels: Handle): Handle;
  softmaxCrossEntropyGradient(dloss: Handle, logits: Handle, labels: Handle): Handle;
  sigmoidCrossEntropy(logits: Handle, labels: Handle): Handle;
  sigmoidCrossEntropyGradient(dloss: Handle, logits: Handle, labels: Handle): Handle;
  dropout(x: Handle, rate: number, seed: number, step: number): Handle;

  /** @param weights kernel, recurrent kernel and bias of each direction */
  lstm(x: Handle, weights: readonly Handle[], reverse: boolean): Handle;
  lstmGradient(dy: Handle, x: Handle, weights: readonly Handle[], reverse: boolean, y: Handle): Handle[];
  attention(
    q: Handle,
    k: Handle,
    v: Handle,
    bias: Handle | undefined,
    scale: number,
    rate: number,
    seed: number,
    step: number,
  ): Handle;
  attentionGradient(
    dout: Handle,
    q: Handle,
    k: Handle,
    v: Handle,
    bias: Handle | undefined,
    out: Handle,
    scale: number,
    rate: number,
    seed: number,
    step: number,
  ): Handle[];

  globalNorm(xs: readonly Handle[]): Handle;
  /** @param settings learning rate, beta 1, beta 2, epsilon, step (from 1), gradient scale */
  adamW(
    parameters: readonly Handle[],
    gradients: readonly Handle[],
    means: readonly Handle[],
    variances: readonly Handle[],
    weightDecays: readonly number[],
    settings: readonly number[],
  ): void;
  /** @param settings learning rate, momentum, gradient scale */
  sgd(
    parameters: readonly Handle[],
    gradients: readonly Handle[],
    buffers: readonly Handle[],
    weightDecays: readonly number[],
    settings: readonly number[],
  ): void;
}

/**
 * Loads the compiled addon into this thread.
 *
 * Idle OpenMP threads are told to sleep (`OMP_WAIT_POLICY=passive`, unless set): spinning ones make small steps on a busy machine many
 * times slower. The OpenMP library reads it as it is loaded, so `environment.node`, beside the addon, sets it before; a `process.env` of a
 * worker thread would not reach it.
 *
 * @param path the `.node` file
 * @throws Error the dynamic linker's, where libtorch is missing or does not fit
 */
export function loadAddon(path: string): Addon {
  const environment = join(dirname(path), 'environment.node');
  if (existsSync(environment)) load(environment);
  return load(path) as Addon;
}

function load(path: string): object {
  const module = { exports: {} };
  process.dlopen(module, path, constants.dlopen.RTLD_NOW);
  return module.exports;
}
