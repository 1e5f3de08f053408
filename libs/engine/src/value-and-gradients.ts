import * as tf from '@tensorflow/tfjs-core';

/** A step of the forward pass, as tfjs records it. */
interface TapeNode {
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, tf.Tensor>>;
  readonly outputs: readonly tf.Tensor[];
  readonly saved: readonly tf.Tensor[];
  readonly gradient?: (dys: readonly (tf.Tensor | undefined)[]) => Record<string, () => tf.Tensor>;
}

/** What `tf.variableGrads` itself uses of tfjs's engine. */
interface Engine {
  readonly state: { activeTape: TapeNode[] | null; readonly gradientDepth: number };
  startTape(): void;
  endTape(): void;
}

/** A scalar, and its gradient by each variable: `undefined` where it does not depend on the variable. The caller disposes of all. */
export interface ValueAndGradients {
  readonly value: tf.Scalar;
  readonly gradients: (tf.Tensor | undefined)[];
}

/**
 * As `tf.variableGrads`, with less memory: what the forward pass saved, and each gradient on the way, is freed as soon as the backward pass has
 * used it, where tfjs holds all of it to the end.
 *
 * @param f must depend on one of the variables at least
 */
export function valueAndGradients(f: () => tf.Scalar, variables: readonly tf.Variable[]): ValueAndGradients {
  const engine = tf.engine() as unknown as Engine;
  if (engine.state.gradientDepth > 0) throw new Error('valueAndGradients() can not be called inside another gradient.');
  let value: tf.Scalar | undefined;
  engine.startTape();
  try {
    value = tf.tidy(f);
  } finally {
    engine.endTape();
    if (!value) releaseTape(engine);
  }
  try {
    const gradients = backward(engine.state.activeTape ?? [], value, variables);
    return { value, gradients };
  } catch (error) {
    value.dispose();
    throw error;
  } finally {
    releaseTape(engine);
  }
}

function releaseTape({ state }: Engine): void {
  for (const { saved } of state.activeTape ?? []) tf.dispose(saved as tf.Tensor[]);
  state.activeTape = null;
}

function backward(
  tape: readonly TapeNode[],
  y: tf.Tensor,
  variables: readonly tf.Variable[],
): (tf.Tensor | undefined)[] {
  const needed = dependents(tape, variables);
  const pending = new Pending(y, variables);
  for (const { kernelName, inputs, outputs, saved, gradient } of tape.toReversed()) {
    const dys = outputs.map((output) => pending.take(output));
    const wanted = Object.entries(inputs).filter(([, x]) => needed.has(x.id));
    if (wanted.length > 0 && dys.some((dy) => dy !== undefined)) {
      if (!gradient) throw new Error(`The kernel ${kernelName} has no gradient.`);
      const dxs = tf.tidy(() => {
        const byInput = gradient(dys);
        return wanted.map(([name]) => {
          const dx = byInput[name]();
          return saved.includes(dx) ? tf.clone(dx) : dx;
        });
      });
      wanted.forEach(([, x], i) => pending.add(x, dxs[i]));
      for (const dy of dys) if (dy && !dxs.includes(dy)) dy.dispose();
    } else {
      tf.dispose(dys.filter((dy) => dy !== undefined));
    }
    tf.dispose(saved as tf.Tensor[]);
  }
  return pending.results();
}

/** The ids of the tensors that depend on a variable. */
function dependents(tape: readonly TapeNode[], variables: readonly tf.Variable[]): Set<number> {
  const ids = new Set(variables.map(({ id }) => id));
  for (const { inputs, outputs } of tape) {
    if (Object.values(inputs).some(({ id }) => ids.has(id))) outputs.forEach(({ id }) => ids.add(id));
  }
  return ids;
}

/** The gradients that the backward pass has found and not yet used, each with a tensor of its own. */
class Pending {
  private readonly byId = new Map<number, tf.Tensor>();

  constructor(
    y: tf.Tensor,
    private readonly variables: readonly tf.Variable[],
  ) {
    this.byId.set(y.id, tf.ones(y.shape));
  }

  take({ id }: tf.Tensor): tf.Tensor | undefined {
    const dy = this.byId.get(id);
    this.byId.delete(id);
    return dy;
  }

  add(x: tf.Tensor, dx: tf.Tensor): void {
    if (!tf.util.arraysEqual(dx.shape, x.shape))
      throw new Error(`A gradient has the shape [${dx.shape}], and its tensor [${x.shape}].`);
    const before = this.byId.get(x.id);
    if (!before) {
      // the same tensor may be the gradient of two inputs: each then has a handle of its own
      this.byId.set(x.id, [...this.byId.values()].includes(dx) ? tf.clone(dx) : dx);
      return;
    }
    this.byId.set(x.id, tf.add(before, dx));
    before.dispose();
    if (![...this.byId.values()].includes(dx)) dx.dispose();
  }

  results(): (tf.Tensor | undefined)[] {
    return this.variables.map((variable) => this.byId.get(variable.id));
  }
}
