import type { Work } from './work.ts';

/** One piece of evidence about a failed run: a text, and the name of the file it belongs in. */
export interface EvidenceSource {
  /** A plain file name: `events.txt`. */
  name: string;
  /** What is in it, for people: `events of the workload's and the controller's namespace`. */
  about: string;
  /** Which part stays where there is too much of it: a log tells most at its end. */
  keep: 'beginning' | 'end';
  /**
   * The text, bounded by the source itself. When the signal aborts, time is up: what was had so far is worth returning,
   * at once. A throw says why there is none.
   */
  readonly collect: (work: Work) => Promise<string>;
}

/** What was kept of a failed run before it was held or taken down. JSON-safe, bounded. */
export interface CollectedEvidence {
  /** The machine and the folder the files are in; null where nothing was written. */
  host: string | null;
  folder: string | null;
  files: { name: string; bytes: number }[];
  /** What could not be had, and why, in a sentence each. */
  problems: string[];
}

/** `/runs/nightly/evidence on worker-1`; null where there is nothing to look at. */
export function evidencePlace(evidence: CollectedEvidence | null): string | null {
  if (evidence === null || evidence.folder === null) return null;
  return `${evidence.folder} on ${evidence.host ?? 'the worker'}`;
}
