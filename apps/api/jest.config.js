export default {
  displayName: 'api',
  preset: '../../jest.preset.js',
  moduleNameMapper: { '^(content-disposition|cookie)$': '<rootDir>/src/testing/$1.cjs' },
};
