export default {
  displayName: 'experiment',
  preset: '../../jest.preset.js',
  setupFiles: ['../../tools/test/typed-arrays.js'],
};
