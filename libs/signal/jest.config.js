export default { displayName: 'signal', preset: '../../jest.preset.js' };
