export default { displayName: 'experiment', preset: '../../jest.preset.js' };
