export default { displayName: 'tfjs-backend-torch', preset: '../../jest.preset.js' };
