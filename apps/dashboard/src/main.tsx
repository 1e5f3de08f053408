import { render } from 'preact';

import { App } from './app.js';
import { SettingsProvider } from './settings.js';
import './style/base.css';
import './style/shell.css';
import './style/parts.css';
import './style/forms.css';
import './style/status.css';
import './style/tables.css';
import './style/pages.css';

const root = document.getElementById('app');
if (root) {
  render(
    <SettingsProvider>
      <App />
    </SettingsProvider>,
    root,
  );
}
