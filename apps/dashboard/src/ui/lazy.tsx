import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';

import { useSettings } from '../settings.js';
import { Failure } from './parts.js';

/** A component whose code is fetched when it is first shown. */
export function lazily<Props extends object>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Lazy(props: Props) {
    const { words } = useSettings();
    const [Component, setComponent] = useState(() => loaded);
    const [error, setError] = useState<unknown>();
    useEffect(() => {
      if (Component) return;
      load().then((component) => {
        loaded = component;
        setComponent(() => component);
      }, setError);
    }, [Component]);
    if (error !== undefined) return <Failure error={error} />;
    return Component ? <Component {...props} /> : <p class="second">{words.common.loading}</p>;
  };
}
