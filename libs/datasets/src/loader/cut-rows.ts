import { createRandom, hash32 } from '@cardio/core';
import { windowStarts } from '@cardio/signal';
import type { CutRule } from '../dataset.js';
import type { Rows } from './assemble.js';
import type { Place } from './augment.js';

/**
 * Stretches of rows, as {@link CutRule} says. The row read last is kept, since the windows of a record usually follow each other.
 */
export function cutRows(rows: Rows, { samples, stride }: CutRule): Rows {
  const { time, leads, classes, features: columns } = rows.shape;
  const starts = stride === undefined ? [0] : windowStarts(time, samples, stride);
  const held = {
    row: -1,
    id: '',
    x: new Float32Array(time * leads),
    y: new Float32Array(classes),
    features: new Float32Array(columns),
  };
  return {
    shape: { ...rows.shape, time: samples },
    copy(index, x, y, features, place) {
      const row = Math.floor(index / starts.length);
      if (row !== held.row) {
        held.row = -1; // reading may fail half way
        held.id = rows.copy(row, held.x, held.y, held.features, place);
        held.row = row;
      }
      const from = stride === undefined ? randomStart(place, time - samples + 1) : starts[index % starts.length];
      x.set(held.x.subarray(from * leads, (from + samples) * leads));
      y.set(held.y);
      features.set(held.features);
      return starts.length > 1 ? `${held.id}:${from}` : held.id;
    },
  };
}

const randomStart = ({ seed, epoch, position, index }: Place, count: number): number =>
  createRandom(hash32(`crop ${epoch} ${position} ${index}`, seed)).integer(count);
