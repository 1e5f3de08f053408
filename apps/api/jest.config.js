import preset from '../../jest.preset.js';

export default {
  displayName: 'api',
  preset: '../../jest.preset.js',
  moduleNameMapper: {
    ...preset.moduleNameMapper,
    '^content-disposition$': '<rootDir>/src/testing/content-disposition.cjs',
  },
};
