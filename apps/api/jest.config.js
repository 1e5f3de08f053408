import preset from '../../jest.preset.js';

export default {
  displayName: 'api',
  preset: '../../jest.preset.js',
  moduleNameMapper: {
    ...preset.moduleNameMapper,
    '^(content-disposition|cookie)$': '<rootDir>/src/testing/$1.cjs',
  },
};
