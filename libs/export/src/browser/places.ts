import { CardioError } from '@cardio/core';
import { assertSize, bundleFiles, damaged, type BundlePlace } from '../bundle/files.js';

/** The files of a bundle by name. */
export type BundleFileSet = Readonly<Record<string, Uint8Array | Blob>>;

/** A folder on a server. Its files can't be listed, so that more than the manifest names goes unseen, and unread. */
export function addressPlace(source: string | URL): BundlePlace {
  const { location } = globalThis as { location?: { href: string } };
  const folder = new URL(source, location?.href);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  return {
    name: folder.href,
    read: async (name, most) => {
      const response = await fetch(new URL(name, folder)).catch((cause: unknown) => {
        throw new CardioError('not-found', `\`${folder.href}${name}\` can't be fetched: ${String(cause)}`, { cause });
      });
      if (!response.ok) {
        throw name === bundleFiles.manifest
          ? new CardioError('not-found', `\`${folder.href}\` is no bundle: ${name} answers ${response.status}.`)
          : damaged(folder.href, `\`${name}\` answers ${response.status}.`);
      }
      return atMost(response, folder.href, name, most);
    },
  };
}

/** The body of an answer, which is given up where it is too long. */
async function atMost(response: Response, folder: string, name: string, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { value } = ((await reader?.read()) ?? {}) as { value?: Uint8Array };
    if (!value) break;
    length += value.length;
    if (length > most) await reader?.cancel();
    assertSize(folder, name, length, most);
    parts.push(value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Files in memory. */
export function filesPlace(files: BundleFileSet): BundlePlace {
  const place = 'the files given';
  return {
    name: place,
    list: () => Promise.resolve(Object.keys(files)),
    read: async (name, most) => {
      if (!Object.hasOwn(files, name)) {
        throw new CardioError('not-found', `${place} are no bundle: there is no ${name}.`);
      }
      const file = files[name];
      assertSize(place, name, file instanceof Blob ? file.size : file.length, most);
      return file instanceof Blob ? new Uint8Array(await file.arrayBuffer()) : file;
    },
  };
}
