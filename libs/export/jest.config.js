export default {
  displayName: 'export',
  preset: '../../jest.preset.js',
  setupFiles: ['../../tools/test/typed-arrays.js'],
};
