export default { displayName: 'export', preset: '../../jest.preset.js' };
