export { buildApi } from './api.js';
export { defaultLimits, type ApiOptions, type Limits } from './options.js';
export { readTokens, roles, type Role, type Token } from './security/tokens.js';
export { serve, serveUntilStopped, type ServeOptions, type Service } from './serve.js';
export { serveOptionsOf, type ServeFlags } from './serve-options.js';
