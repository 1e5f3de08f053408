import { expect, test } from '@jest/globals';
import { chooseDevice } from './device.js';

const addonOf = (cuda: number, gpus: number) => ({ devices: (): [number, number] => [cuda, gpus] });

test('auto is the GPU where LibTorch can use one', () => {
  expect(chooseDevice(addonOf(1, 2))).toBe('cuda');
  expect(chooseDevice(addonOf(1, 0), 'auto')).toBe('cpu');
  expect(chooseDevice(addonOf(0, 0))).toBe('cpu');
});

test('what is asked for by name is taken, or an error says what is lacking', () => {
  expect(chooseDevice(addonOf(1, 1), 'cpu')).toBe('cpu');
  expect(chooseDevice(addonOf(1, 1), 'cuda')).toBe('cuda');
  expect(() => chooseDevice(addonOf(1, 0), 'cuda')).toThrow('LibTorch finds no GPU');
  expect(() => chooseDevice(addonOf(0, 0), 'cuda')).toThrow('a LibTorch without CUDA');
});
