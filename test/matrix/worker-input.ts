/** The faults of one cell's worker that no file of network faults can name. JSON, in a file that the worker is given. */
export interface WorkerInput {
  /** Activities that wait in front of their work until their gate is opened. */
  gates: string[];
  /** Activities that wait behind their work, with their answer not given yet. */
  gatesBehind: string[];
  /** Where `<activity>.reached` appears, and where `<activity>.open` is waited for. */
  gateFolder: string;
  /** Activities whose first attempt of all fails the step, before it has done anything. */
  failsOnce: string[];
  /** The first so many attempts of each removal of a cluster fail. */
  removalFails: number;
  /** Every removal fails as long as this file is there; null: none does. */
  noRemovalWhile: string | null;
  /** Credentials of clusters end after so long and are renewed by a plugin; null: they are as the provider gives them. */
  credentialsSeconds: number | null;
  /** JavaScript of the workflows, bundled. */
  workflowBundle: string;
}

/** Nothing is wrong. */
export const NO_FAULTS: Omit<WorkerInput, 'gateFolder' | 'workflowBundle'> = {
  gates: [],
  gatesBehind: [],
  failsOnce: [],
  removalFails: 0,
  noRemovalWhile: null,
  credentialsSeconds: null,
};
