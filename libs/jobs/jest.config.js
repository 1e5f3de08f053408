export default {
  displayName: 'jobs',
  preset: '../../jest.preset.js',
  setupFiles: ['../../tools/test/typed-arrays.js'],
};
