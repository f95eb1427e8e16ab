import type { Work } from '../domain/work.ts';
import type { FoundProgram, ProgramName } from './programs.ts';

/** Finds programs, and gets them where they are missing. */
export interface Toolchain {
  /** One program; downloaded or built where it is nowhere yet, with progress. */
  find(name: ProgramName, work: Work): Promise<FoundProgram>;
  /** Several, with "3 of 9" in the progress. */
  findAll(names: readonly ProgramName[], work: Work): Promise<Record<string, FoundProgram>>;
  /** The folder with agent-sandbox's `k8s/` manifests of a release (`v0.5.6`), as its module published them. */
  agentSandboxManifests(version: string, work: Work): Promise<string>;
}
