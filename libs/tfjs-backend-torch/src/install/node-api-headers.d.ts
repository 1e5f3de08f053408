/** The package has no types of its own. */
declare module 'node-api-headers' {
  /** Folder of `node_api.h`. */
  export const include_dir: string;
}
