import { type ProgramName, PROGRAMS } from './programs.ts';
import type { FitRule } from './program-versions.ts';

/** The folders of `tools/`: one go.mod and go.sum each. */
export type ToolName = 'temporal' | 'etcd' | 'kubernetes' | 'kwok' | 'agent-sandbox';

/** One program: the version we keep and build, and how to tell another's version. */
export interface PinnedProgram {
  name: ProgramName;
  /** `v3.6.6`; the same as in the tool's go.mod. */
  version: string;
  tool: ToolName;
  /** The Go package that is built. */
  package: string;
  /** What `go install` calls the result. */
  builtAs: string;
  /** Which versions on PATH serve as well. */
  fit: FitRule;
  /** Prints the version and ends. */
  versionArguments: readonly string[];
  /** Its first group is the version in what is printed. */
  printedVersion: RegExp;
}

const KUBERNETES = 'v1.36.3';
const KWOK = 'v0.8.0';

function kubernetes(name: ProgramName): PinnedProgram {
  return {
    name,
    version: KUBERNETES,
    tool: 'kubernetes',
    package: `k8s.io/kubernetes/cmd/${name}`,
    builtAs: name,
    fit: 'same-minor',
    versionArguments: ['--version'],
    printedVersion: /^Kubernetes (v\S+)/m,
  };
}

function kwok(name: ProgramName): PinnedProgram {
  return {
    name,
    version: KWOK,
    tool: 'kwok',
    package: `sigs.k8s.io/kwok/cmd/${name}`,
    builtAs: name,
    // Its flags and configuration change between minor versions.
    fit: 'exact',
    versionArguments: ['--version'],
    printedVersion: /^kwok(?:ctl)? version (v\S+)/m,
  };
}

const PINNED: Record<ProgramName, PinnedProgram> = {
  temporal: {
    name: 'temporal',
    version: 'v1.5.1',
    tool: 'temporal',
    package: 'github.com/temporalio/cli/cmd/temporal',
    builtAs: 'temporal',
    fit: 'same-major-from-pinned',
    versionArguments: ['--version'],
    printedVersion: /^temporal version (\S+)/m,
  },
  etcd: {
    name: 'etcd',
    version: 'v3.6.6',
    tool: 'etcd',
    package: 'go.etcd.io/etcd/server/v3',
    // `go install` names a program after the last part of its package that is not a major version.
    builtAs: 'server',
    fit: 'same-minor',
    versionArguments: ['--version'],
    printedVersion: /^etcd Version: (\S+)/m,
  },
  'kube-apiserver': kubernetes('kube-apiserver'),
  'kube-controller-manager': kubernetes('kube-controller-manager'),
  'kube-scheduler': kubernetes('kube-scheduler'),
  kubectl: {
    ...kubernetes('kubectl'),
    // Kubernetes' own skew policy for kubectl.
    fit: 'minor-within-one',
    versionArguments: ['version', '--client'],
    // The second form is that of kubectl before 1.28.
    printedVersion: /^Client Version: (?:(v\d\S*)|version\.Info\{.*?GitVersion:"(v[^"]+)")/m,
  },
  kwok: kwok('kwok'),
  kwokctl: kwok('kwokctl'),
  'agent-sandbox-controller': {
    name: 'agent-sandbox-controller',
    version: 'v0.5.6',
    tool: 'agent-sandbox',
    package: 'sigs.k8s.io/agent-sandbox/cmd/agent-sandbox-controller',
    builtAs: 'agent-sandbox-controller',
    // A build without the release's linker flags prints `unknown`, which fits nothing.
    fit: 'exact',
    versionArguments: ['--version'],
    printedVersion: /^agent-sandbox-controller, version (\S+)/m,
  },
};

export function pinnedProgram(name: ProgramName): PinnedProgram {
  return PINNED[name];
}

export function isProgramName(name: string): name is ProgramName {
  return (PROGRAMS as readonly string[]).includes(name);
}

/** The version in what the program printed, with its `v`; null where none can be read. */
export function readPrintedVersion(name: ProgramName, printed: string): string | null {
  const match = PINNED[name].printedVersion.exec(printed);
  const version = match?.[1] ?? match?.[2];
  if (version === undefined) return null;
  return version.startsWith('v') || !/^\d/.test(version) ? version : `v${version}`;
}
