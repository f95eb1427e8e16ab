/** The programs of the local control plane, by the names people know them by. */
export const PROGRAMS = [
  'temporal',
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubectl',
  'kwok',
  'kwokctl',
  'agent-sandbox-controller',
] as const;
export type ProgramName = (typeof PROGRAMS)[number];

/** Where a program was found, in the order in which the places are tried. */
export type Origin = 'explicit' | 'path' | 'cache' | 'download' | 'build';

export interface FoundProgram {
  name: ProgramName;
  /** `v3.6.6`; what an explicit path or PATH's program printed of itself. */
  version: string;
  origin: Origin;
  path: string;
}
