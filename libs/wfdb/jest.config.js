export default { displayName: 'wfdb', preset: '../../jest.preset.js' };
