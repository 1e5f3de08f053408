import { useEffect, useRef, useState } from 'preact/hooks';

import { whenUnauthorized } from './api/client.js';
import { Page, pageNames } from './pages/page.js';
import { href, useRoute } from './router.js';
import { useSettings, type Theme } from './settings.js';
import { TokenDialog } from './token-dialog.js';
import { Icon, Logo } from './ui/icon.js';

/** The whole page: navigation, settings and what is shown. */
export function App() {
  const { words } = useSettings();
  const route = useRoute();
  const main = useRef<HTMLElement>(null);
  const [asksToken, setAsksToken] = useState(false);
  const [session, setSession] = useState(0); // a new token makes everything anew
  const place = route.parts.join('/');
  useEffect(() => whenUnauthorized(() => setAsksToken(true)), []);
  const first = useRef(true);
  useEffect(() => {
    if (first.current) first.current = false;
    else main.current?.focus(); // so that a screen reader begins with the page that was chosen
    scrollTo(0, 0);
  }, [place]);
  const current = route.parts[0] ?? 'jobs';
  const known: Readonly<Record<string, unknown>> = words.nav;
  useEffect(() => {
    document.title = `${typeof known[current] === 'string' ? `${known[current]} · ` : ''}${words.brand}`;
  }, [known, current, words]);
  return (
    <div class="shell">
      <a
        class="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        {words.skip}
      </a>
      <div class="side">
        <a class="brand" href={href([])}>
          <Logo />
          <span>
            <strong>{words.brand}</strong>
            <small>{words.tagline}</small>
          </span>
        </a>
        <nav aria-label={words.nav.label}>
          <ul>
            {pageNames.map((name) => (
              <li key={name}>
                <a href={href([name])} aria-current={current === name ? 'page' : undefined}>
                  <Icon name={name} />
                  {words.nav[name]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <Choices />
      </div>
      <main ref={main} id="main" tabIndex={-1} key={session}>
        <Page route={route} />
      </main>
      {asksToken && (
        <TokenDialog
          onDone={() => {
            setAsksToken(false);
            setSession((n) => n + 1);
          }}
        />
      )}
    </div>
  );
}

function Choices() {
  const { words, language, theme, setLanguage, setTheme } = useSettings();
  return (
    <div class="settings">
      <label>
        <span>{words.settings.language}</span>
        <select value={language} onChange={(event) => setLanguage(event.currentTarget.value === 'en' ? 'en' : 'pt-BR')}>
          <option value="en" lang="en">
            English
          </option>
          <option value="pt-BR" lang="pt-BR">
            Português
          </option>
        </select>
      </label>
      <label>
        <span>{words.settings.theme}</span>
        <select
          value={theme}
          onChange={(event) => setTheme(themes.find((one) => one === event.currentTarget.value) ?? 'system')}
        >
          {themes.map((one) => (
            <option key={one} value={one}>
              {words.settings.themes[one]}
            </option>
          ))}
        </select>
      </label>
      <p class="footnote">{words.notice}</p>
    </div>
  );
}

const themes: readonly Theme[] = ['system', 'light', 'dark'];
