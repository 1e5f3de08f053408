import preact from '@preact/preset-vite';
import { defaultClientConditions, defineConfig } from 'vite';

// `API` is where `npx cardio serve` listens while the page is developed with `npx vite`.
const api = process.env['API'] ?? 'http://127.0.0.1:8001';
const routes = '^/(datasets|models|runs|training|predict|system|metrics|health|ready|docs)(/|$|\\?)';

export default defineConfig({
  plugins: [preact()],
  resolve: { conditions: ['@cardio/source', ...defaultClientConditions] },
  server: { proxy: { [routes]: api } },
  build: { target: 'es2022', modulePreload: { polyfill: false }, chunkSizeWarningLimit: 300 },
});
