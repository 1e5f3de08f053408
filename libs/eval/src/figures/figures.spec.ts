import { describe, expect, test } from '@jest/globals';
import { isCardioError } from '@cardio/core';
import { parseHTML } from 'linkedom';
import {
  codebookUsageFigure,
  confusionFigure,
  forestFigure,
  learningCurvesFigure,
  precisionRecallFigure,
  reliabilityFigure,
  rocFigure,
  scoreHistogramFigure,
  svgToPng,
} from './index.js';
import { installed } from './plot.js';
import { simplified } from './simplify.js';

const inside = (svg: string) => parseHTML(`<body>${svg}</body>`).document;
const texts = (svg: string): string[] => [...inside(svg).querySelectorAll('text')].map(({ textContent }) => textContent ?? ''); // prettier-ignore
const paths = (svg: string, mark: string): string[] =>
  [...inside(svg).querySelectorAll(`[aria-label="${mark}"] path`)].map((path) => path.getAttribute('d') ?? '');
const pointsIn = (path: string): number[][] => [...path.matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, x, y]) => [Number(x), Number(y)]); // prettier-ignore

const roc = { falsePositiveRate: [0, 0.25, 1], truePositiveRate: [0, 0.75, 1] };
const seventyOne = Array.from({ length: 71 }, (_, k) => ({
  name: `class ${k}`,
  curve: { falsePositiveRate: [0, 0.5, 1], truePositiveRate: [0, 0.5 + k / 250, 1] },
}));

describe('a figure', () => {
  test('is one self-contained, accessible SVG, the same each time', async () => {
    const svg = await rocFigure({ classes: [{ name: 'a < b & "c"', curve: roc }] }, { title: 'Märchen & <b>' });
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="480" height="\d+" viewBox=/);
    expect(svg).not.toMatch(/<style|<script|href|url\(|<figure/);
    const { title, desc } = { title: inside(svg).querySelector('title'), desc: inside(svg).querySelector('desc') };
    expect(title?.textContent).toBe('Märchen & <b>');
    expect(desc?.textContent).toBe('a < b & "c": AUROC 0.750');
    expect(texts(svg)).toContain('a < b & "c" AUROC 0.750');
    expect(await rocFigure({ classes: [{ name: 'a < b & "c"', curve: roc }] }, { title: 'Märchen & <b>' })).toBe(svg);
  });

  test('has the size that is asked for, or says what is too small', async () => {
    const svg = await rocFigure({ classes: [{ name: 'x', curve: roc }] }, { width: 360, height: 300 });
    expect(svg).toContain('width="360" height="300"');
    await expect(rocFigure({ classes: [] }, { width: 100 })).rejects.toThrow('Received: 100.');
    await expect(rocFigure({ classes: [] }, { height: 50 })).rejects.toThrow('Received: 50.');
  });

  test('speaks Portuguese, and with words of your own', async () => {
    const data = { classes: [{ name: 'FA', curve: roc }] };
    const svg = await rocFigure(data, { lang: 'pt-BR' });
    expect(texts(svg)).toEqual(expect.arrayContaining(['Curvas ROC', '0,2', 'FA AUROC 0,750']));
    expect(texts(await rocFigure(data, { words: { fpr: 'false alarms' } }))).toContain('false alarms');
  });

  test('says which package is missing', async () => {
    const missing = installed(() => Promise.reject(new Error('Cannot find package')), 'a b');
    await expect(missing).rejects.toThrow('`npm install a b`');
    expect(isCardioError(await missing.catch((error: unknown) => error))).toBe(true);
  });
});

describe('rocFigure', () => {
  test('puts a point where its axes say', async () => {
    const svg = await rocFigure({ classes: [{ name: 'x', curve: roc }] });
    const [, line] = paths(svg, 'line').map(pointsIn); // after the diagonal
    const [diagonal] = paths(svg, 'line').map(pointsIn);
    const [[x0, y0], [x1, y1]] = diagonal; // (0, 0) and (1, 1)
    expect([x0, x1]).toEqual([52, 480 - 16]);
    expect(line[1][0]).toBeCloseTo(x0 + 0.25 * (x1 - x0), 2);
    expect(line[1][1]).toBeCloseTo(y0 + 0.75 * (y1 - y0), 2);
  });

  test('draws falling curves as rising ones', async () => {
    const falling = { falsePositiveRate: [1, 0.25, 0], truePositiveRate: [1, 0.75, 0] };
    expect(await rocFigure({ classes: [{ name: 'x', curve: falling }] })).toBe(await rocFigure({ classes: [{ name: 'x', curve: roc }] })); // prettier-ignore
  });

  test('of 71 classes names the worst and the best, and counts the others', async () => {
    const svg = await rocFigure({ classes: seventyOne, average: { curve: roc, area: 0.7 } });
    const legend = texts(svg).filter((text) => text.includes('AUROC'));
    expect(legend).toHaveLength(8);
    expect(legend[0]).toBe('macro average AUROC 0.700');
    expect(legend[1]).toBe('class 0 AUROC 0.500');
    expect(legend[7]).toBe('65 others AUROC 0.506–0.634');
    expect(paths(svg, 'line')).toHaveLength(73);
    const chosen = texts(await rocFigure({ classes: seventyOne }, { highlight: ['class 33'] }));
    expect(chosen).toContain('class 33 AUROC 0.566');
    await expect(rocFigure({ classes: seventyOne }, { highlight: ['nobody'] })).rejects.toThrow('Received: nobody.');
  });

  test('says which curves are undefined and does not draw them', async () => {
    const svg = await rocFigure({ classes: [{ name: 'AF', curve: null }, { name: 'N', curve: roc }] }); // prettier-ignore
    expect(texts(svg)).toContain('Not drawn, undefined (1): AF.');
    expect(paths(svg, 'line')).toHaveLength(2);
    expect(inside(svg).querySelector('desc')?.textContent).toBe('AF: AUROC –; N: AUROC 0.750');
  });

  test('refuses rates outside 0 to 1', async () => {
    const curve = { falsePositiveRate: [0, 1.5], truePositiveRate: [0, 1] };
    await expect(rocFigure({ classes: [{ name: 'x', curve }] })).rejects.toThrow('1.5');
    const short = { falsePositiveRate: [0, 1], truePositiveRate: [0] };
    await expect(rocFigure({ classes: [{ name: 'x', curve: short }] })).rejects.toThrow('lengths 2 and 1');
  });
});

test('precisionRecallFigure draws steps, whose area is average precision', async () => {
  // two positives, first and third of three: precision 1 to recall 0.5, 2/3 to recall 1
  const curve = { recall: [1, 0.5, 0.5, 0], precision: [2 / 3, 0.5, 1, 1] };
  const svg = await precisionRecallFigure({ classes: [{ name: 'x', curve, prevalence: 2 / 3 }] });
  expect(texts(svg)).toEqual(expect.arrayContaining(['x AP 0.833', 'prevalence']));
  const line = pointsIn(paths(svg, 'line')[0]);
  const [left, right] = [line[0][0], line[line.length - 1][0]];
  expect(line.some(([x, y], i) => i > 0 && x === (left + right) / 2 && line[i - 1][0] === x && y > line[i - 1][1])).toBe(true); // prettier-ignore
});

describe('confusionFigure', () => {
  test('has count and share of the row in each cell that is not 0', async () => {
    const svg = await confusionFigure({ classes: ['N', 'V'], counts: [[900, 100], [0, 50]] }); // prettier-ignore
    const cells = [...inside(svg).querySelectorAll('[aria-label="text"] text')].map(({ textContent }) => textContent);
    expect(cells).toEqual(['90090%', '10010%', '50100%']);
    expect(inside(svg).querySelector('desc')?.textContent).toBe('N: 900 / 1,000; V: 50 / 50; N → V: 100');
    expect(texts(svg).join(' ')).toContain('correct: 950 / 1,050 (90%)');
  });

  test('grows with 71 classes and names each; where it may not grow it names each so many', async () => {
    const classes = seventyOne.map(({ name }) => name);
    const counts = classes.map((_, i) => classes.map((_, j) => (i === j ? 5 : 0)));
    const names = (svg: string): number => texts(svg).filter((text) => text.startsWith('class ')).length;
    const svg = await confusionFigure({ classes, counts });
    expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeGreaterThan(71 * 13);
    expect(names(svg)).toBe(142);
    expect(names(await confusionFigure({ classes, counts }, { width: 358 }))).toBeLessThan(50);
  });

  test('refuses what is not square', async () => {
    await expect(confusionFigure({ classes: ['a', 'b'], counts: [[1, 2]] })).rejects.toThrow('1 rows of 2');
  });
});

test('reliabilityFigure shows the bins, their intervals and the error', async () => {
  const curve = { meanPredicted: [0.1, 0.9], fractionPositive: [0.2, 0.8], counts: [10, 30] };
  const svg = await reliabilityFigure({ curves: [{ name: 'before', curve }, { name: 'none', curve: { meanPredicted: [], fractionPositive: [], counts: [] } }] }); // prettier-ignore
  expect(texts(svg)).toEqual(expect.arrayContaining(['before ECE 0.100', 'Not drawn, undefined (1): none.']));
  expect(inside(svg).querySelectorAll('circle')).toHaveLength(2);
  // Wilson's interval of 2 of 10 is 0.0567 to 0.5098 (R: binom::binom.confint(2, 10, methods = 'wilson'))
  const [bar] = inside(svg).querySelectorAll('[aria-label="rule"] line');
  const [[, bottom], [, top]] = pointsIn(paths(svg, 'line')[0]);
  const at = (name: string): number => (Number(bar.getAttribute(name)) - bottom) / (top - bottom);
  expect([at('y1'), at('y2')].sort()).toEqual([expect.closeTo(0.0567, 4), expect.closeTo(0.5098, 4)]);
});

describe('scoreHistogramFigure', () => {
  test('counts into bins, and says what has no positives', async () => {
    const svg = await scoreHistogramFigure({
      classes: [
        { name: 'AF', positives: [0.6, 1], negatives: [0, 0.1, 0.1, 0.4], threshold: 0.5 },
        { name: 'WPW', positives: [], negatives: [0.5] },
      ],
    }, { bins: 2 }); // prettier-ignore
    expect(texts(svg)).toEqual(expect.arrayContaining(['AF 2 / 4', 'WPW no positives', 'threshold']));
    expect(paths(svg, 'area')).toHaveLength(3);
    await expect(scoreHistogramFigure({ classes: [{ name: 'x', positives: [2], negatives: [] }] })).rejects.toThrow(
      '2',
    );
  });

  test('shows the first 12 of 71 classes and counts the others', async () => {
    const classes = seventyOne.map(({ name }) => ({ name, positives: [0.9], negatives: [0.1] }));
    const shown = texts(await scoreHistogramFigure({ classes }));
    expect(shown.filter((text) => text.startsWith('class '))).toHaveLength(12);
    expect(shown).toContain('59 not shown');
  });
});

test('learningCurvesFigure marks the best epoch, and leaves gaps where there is no number', async () => {
  const epochs = [0.9, NaN, 0.5, 0.4].map((loss, i) => ({
    epoch: i + 1,
    learningRate: 0.001,
    train: { loss },
    validation: { loss: 1 - i / 10, macroF1: i === 1 ? null : i / 4 },
    best: i < 3,
  }));
  const svg = await learningCurvesFigure({ runs: [{ name: 'run', epochs }] }, { learningRate: true });
  expect(texts(svg)).toEqual(expect.arrayContaining(['run (best epoch 3)', 'macroF1', 'learning rate', 'Not drawn, undefined: training, 1 × epoch'])); // prettier-ignore
  expect(paths(svg, 'line').map((path) => path.split('M').length - 1)).toEqual([2, 1, 2, 1]);
  expect(inside(svg).querySelectorAll('[aria-label="dot"] circle')).toHaveLength(2); // loss and score
  expect(texts(await learningCurvesFigure({ runs: [] }))).toContain('nothing to show');
});

test('codebookUsageFigure has the perplexity', async () => {
  const even = await codebookUsageFigure({ counts: [7, 7, 0, 7, 7] });
  expect(texts(even).join(' ')).toContain('4 / 5 codes used; perplexity 4.0; 1 never used');
  expect(texts(await codebookUsageFigure({ counts: [0, 0] }))).toContain('nothing to show');
  await expect(codebookUsageFigure({ counts: [1.5] })).rejects.toThrow('1.5');
});

test('forestFigure puts points and bars where the axis says, and says what is undefined', async () => {
  const svg = await forestFigure(
    {
      rows: [
        { group: 'sex', label: 'female', count: 1031, value: 0.5, interval: [0.25, 0.75] },
        { group: 'sex', label: 'male', value: null, few: true },
      ],
    },
    { domain: [0, 1], reference: 0.6 },
  );
  expect(texts(svg)).toEqual(
    expect.arrayContaining(['sex', 'female (1,031)', '0.50 (0.25–0.75)', 'male', 'undefined']),
  );
  const rules = [...inside(svg).querySelectorAll('[aria-label="rule"] line')];
  const [, bar] = rules.map((rule) => [Number(rule.getAttribute('x1')), Number(rule.getAttribute('x2'))]);
  const [dot] = inside(svg).querySelectorAll('[aria-label="dot"] circle');
  expect(Number(dot.getAttribute('cx'))).toBeCloseTo((bar[0] + bar[1]) / 2, 1);
  expect(rules).toHaveLength(2);
});

test('svgToPng draws a picture of the size asked for, and does not leave text out', async () => {
  const svg = await forestFigure({ rows: [{ label: 'a', value: 0.5 }] });
  const png = await svgToPng(svg, { scale: 3 });
  const view = new DataView(png.buffer, png.byteOffset);
  expect([...png.subarray(1, 4)]).toEqual([...'PNG'].map((letter) => letter.charCodeAt(0)));
  expect([view.getUint32(16), view.getUint32(20)]).toEqual([1440, 3 * Number(/height="(\d+)"/.exec(svg)?.[1])]);
  await expect(svgToPng(svg, { fontFiles: ['none.ttf'] })).rejects.toThrow(
    'There is no font to write with in none.ttf',
  );
  await expect(svgToPng('<p')).rejects.toThrow('not an SVG');
  await expect(svgToPng(svg, { scale: 0 })).rejects.toThrow('Received: 0.');
});

test('a simplified line passes all points within the tolerance and keeps corners', () => {
  const points = Array.from({ length: 1001 }, (_, i) => [i / 1000, Math.floor(i / 100) / 10] as const);
  const kept = simplified(points, 0.0005);
  expect(kept.length).toBeLessThan(50);
  expect(kept).toContainEqual([0.5, 0.5]);
  expect(simplified([[0, 0], [0.5, 0.001], [1, 0]], 0.01)).toEqual([[0, 0], [1, 0]]); // prettier-ignore
});
