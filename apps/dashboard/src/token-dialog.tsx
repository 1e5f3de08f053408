import { useState } from 'preact/hooks';

import { token } from './api/client.js';
import { useSettings } from './settings.js';
import { Dialog } from './ui/dialog.js';

/** Asks for the service's token, which stays in this tab. */
export function TokenDialog({ onDone }: { readonly onDone: () => void }) {
  const { words } = useSettings();
  const [value, setValue] = useState('');
  const refused = token.get() !== null;
  return (
    <Dialog title={words.token.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          token.set(value.trim());
          onDone();
        }}
      >
        <p class="second small">{words.token.explained}</p>
        <div class="field">
          <label for="token">{words.token.label}</label>
          <input
            id="token"
            type="password"
            autocomplete="off"
            required
            value={value}
            aria-invalid={refused}
            aria-describedby={refused ? 'token-wrong' : undefined}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
          {refused && (
            <span id="token-wrong" class="wrong">
              {words.token.wrong}
            </span>
          )}
        </div>
        <div class="actions">
          <button class="main">{words.token.submit}</button>
        </div>
      </form>
    </Dialog>
  );
}
