import type { EvaluationResult } from '../evaluate.js';
import { characterWidth, createCanvas, textHeight, type Color } from './canvas.js';
import type { Image } from './png.js';

/**
 * The confusion matrix of an evaluation: rows truth, columns predicted, the count in each cell, which is the darker the larger its share of the
 * row. `undefined` for a multi-label task, which has none.
 */
export function confusionImage({ evaluation: { confusion, classes } }: EvaluationResult): Image | undefined {
  if (!confusion) return undefined;
  const names = classes.map((name) => name.slice(0, 12));
  const digits = Math.max(
    ...confusion.flat().map((count) => String(count).length),
    ...names.map((name) => name.length),
  );
  const [w, h] = [digits * characterWidth + 10, textHeight + 16];
  const left = Math.max(...names.map((name) => name.length), 5) * characterWidth + 12;
  const top = 2 * textHeight + 14;
  const canvas = createCanvas(left + classes.length * w + 8, top + classes.length * h + 8);
  canvas.text(4, 4, 'truth \\ predicted');
  confusion.forEach((row, truth) => {
    const total = row.reduce((sum, count) => sum + count, 0) || 1;
    const y = top + truth * h;
    canvas.text(left - 6 - names[truth].length * characterWidth, y + 8, names[truth]);
    row.forEach((count, predicted) => {
      const x = left + predicted * w;
      const share = count / total;
      canvas.rect(x, y, w - 1, h - 1, [mix(247, 8, share), mix(251, 48, share), mix(255, 107, share)]);
      canvas.text(centred(x, w, String(count)), y + 8, String(count), share > 0.5 ? white : black);
    });
  });
  names.forEach((name, i) => canvas.text(centred(left + i * w, w, name), top - textHeight - 4, name));
  return canvas;
}

/** ROC curves of every class against the rest, with the area under each; classes without positives or negatives are named without a curve. */
export function rocImage({ evaluation: { classes, perClass }, probabilities, labels }: EvaluationResult): Image {
  const [size, left, top] = [240, 36, 10];
  const legend = Math.max(...classes.map((name) => name.length)) + 8;
  const height = Math.max(top + size + 34, top + classes.length * (textHeight + 4) + 8);
  const canvas = createCanvas(left + size + 28 + legend * characterWidth, height);
  const at = ({ x, y }: RocPoint): [number, number] => [left + Math.round(x * size), top + Math.round((1 - y) * size)];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    canvas.line(at({ x: share, y: 0 }), at({ x: share, y: 1 }), grey);
    canvas.line(at({ x: 0, y: share }), at({ x: 1, y: share }), grey);
    canvas.text(left - 30, at({ x: 0, y: share })[1] - 4, share.toFixed(2));
    canvas.text(at({ x: share, y: 0 })[0] - 12, top + size + 6, share.toFixed(2));
  }
  canvas.line(at({ x: 0, y: 0 }), at({ x: 1, y: 1 }), [160, 160, 160]);
  canvas.text(left + 40, top + size + 20, '1 - specificity, sensitivity');
  classes.forEach((name, k) => {
    const column = (values: ArrayLike<number>): number[] =>
      Array.from({ length: values.length / classes.length }, (_, i) => values[i * classes.length + k]);
    const points = rocPoints(column(probabilities), column(labels));
    const color = colors[k % colors.length];
    points.slice(1).forEach((point, i) => canvas.line(at(points[i]), at(point), color));
    const y = top + k * (textHeight + 4);
    const area = perClass[k].auroc;
    canvas.rect(left + size + 12, y, 8, 8, color);
    canvas.text(left + size + 26, y, `${name} ${area === null ? '-' : area.toFixed(3)}`);
  });
  return canvas;
}

/** A point of a ROC curve: false positives and true positives, each as a share in [0, 1]. */
interface RocPoint {
  readonly x: number;
  readonly y: number;
}

/**
 * The ROC curve from (0, 0) to (1, 1), a point for every distinct score (Fawcett, Pattern Recognition Letters 27:861, 2006, algorithm 1); empty
 * without positives or without negatives. Examples whose label is NaN are left out.
 */
export function rocPoints(scores: ArrayLike<number>, labels: ArrayLike<number>): RocPoint[] {
  const order = Array.from(scores, (_, i) => i).filter((i) => !Number.isNaN(labels[i]));
  order.sort((a, b) => scores[b] - scores[a]);
  const positives = order.filter((i) => labels[i] > 0.5).length;
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return [];
  const points: RocPoint[] = [{ x: 0, y: 0 }];
  let [tp, fp] = [0, 0];
  order.forEach((example, i) => {
    if (labels[example] > 0.5) tp++;
    else fp++;
    if (scores[order[i + 1]] !== scores[example]) points.push({ x: fp / negatives, y: tp / positives });
  });
  return points;
}

const [white, black, grey]: Color[] = [
  [255, 255, 255],
  [0, 0, 0],
  [228, 228, 228],
];

/** Ten colours that can be told apart (matplotlib's `tab10`). */
const colors: readonly Color[] = [
  [31, 119, 180],
  [255, 127, 14],
  [44, 160, 44],
  [214, 39, 40],
  [148, 103, 189],
  [140, 86, 75],
  [227, 119, 194],
  [127, 127, 127],
  [188, 189, 34],
  [23, 190, 207],
];

const mix = (from: number, to: number, share: number): number => Math.round(from + (to - from) * share);

const centred = (x: number, width: number, text: string): number =>
  x + Math.floor((width - text.length * characterWidth) / 2);
