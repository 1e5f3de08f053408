/** Where runs are kept for other machines. */
export interface Artifacts {
  /** For people. */
  readonly place: string;
  /** Brings a run's folder to what was published last, if anything was; a folder that is newer stays. */
  fetch(runId: string, runDir: string): Promise<void>;
  /**
   * Uploads what is new of a run's folder, then publishes it under its name.
   *
   * @param claim number of the claim under which the folder was written; one that is lower than that of what is there publishes nothing
   */
  publish(runId: string, runDir: string, claim: number): Promise<void>;
}
