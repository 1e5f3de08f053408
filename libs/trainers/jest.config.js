export default { displayName: 'trainers', preset: '../../jest.preset.js' };
