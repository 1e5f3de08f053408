import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useMemo, useState } from 'preact/hooks';

import { en, type Words } from './i18n/en.js';
import { formatsOf, type Formats, type Language } from './i18n/formats.js';
import { ptBR } from './i18n/pt-br.js';

/** Which look: as the system has it, or one of the two. */
export type Theme = 'system' | 'light' | 'dark';

/** What a user chose, remembered by the browser. */
interface Settings {
  readonly language: Language;
  readonly theme: Theme;
  /** Whether the page is dark now. */
  readonly dark: boolean;
  readonly words: Words;
  readonly formats: Formats;
  readonly setLanguage: (language: Language) => void;
  readonly setTheme: (theme: Theme) => void;
}

const context = createContext<Settings | undefined>(undefined);
const systemDark = '(prefers-color-scheme: dark)';

/** Language and look of everything below it. */
export function SettingsProvider({ children }: { readonly children: ComponentChildren }) {
  const [language, setLanguage] = useState<Language>(() => rememberedLanguage());
  const [theme, setTheme] = useState<Theme>(() => rememberedTheme());
  const [systemIsDark, setSystemIsDark] = useState(() => matchMedia(systemDark).matches);
  useEffect(() => {
    const query = matchMedia(systemDark);
    const listen = (): void => setSystemIsDark(query.matches);
    query.addEventListener('change', listen);
    return () => query.removeEventListener('change', listen);
  }, []);
  const dark = theme === 'dark' || (theme === 'system' && systemIsDark);
  useEffect(() => {
    document.documentElement.lang = language;
    localStorage.setItem('language', language);
  }, [language]);
  useEffect(() => {
    document.documentElement.dataset['theme'] = dark ? 'dark' : 'light';
    localStorage.setItem('theme', theme);
  }, [dark, theme]);
  const settings = useMemo(
    () => ({
      ...{ language, theme, dark, setLanguage, setTheme },
      words: language === 'en' ? en : ptBR,
      formats: formatsOf(language),
    }),
    [language, theme, dark],
  );
  return <context.Provider value={settings}>{children}</context.Provider>;
}

/** The settings; only below a {@link SettingsProvider}. */
export function useSettings(): Settings {
  const settings = useContext(context);
  if (!settings) throw new Error('useSettings needs a SettingsProvider above it.');
  return settings;
}

function rememberedLanguage(): Language {
  const remembered = localStorage.getItem('language');
  if (remembered === 'en' || remembered === 'pt-BR') return remembered;
  return navigator.language.toLowerCase().startsWith('pt') ? 'pt-BR' : 'en';
}

function rememberedTheme(): Theme {
  const remembered = localStorage.getItem('theme');
  return remembered === 'light' || remembered === 'dark' ? remembered : 'system';
}
