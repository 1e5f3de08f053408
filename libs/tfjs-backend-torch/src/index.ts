export { loadAddon, type Addon } from './addon.js';
export { TorchBackend } from './backend.js';
export { registerTorchBackend, type TorchInfo, type TorchOptions } from './register.js';
export { findAddon, type InstalledAddon } from './install/addon.js';
export { installEngine, lastFailure, type InstallOptions, type InstallResult } from './install/install-engine.js';
