import type { Target } from './pinned-downloads.ts';
import type { ProgramName } from './programs.ts';

/** One file of an official release. */
export interface ReleaseFile {
  /** Scheme and host of the site. */
  origin: string;
  /** From the first `/`. */
  path: string;
  /** The member of the tar.gz that is the program; null where the file is the program itself. */
  member: string | null;
}

const FORGE = 'https://github.com';
const KUBERNETES_SITE = 'https://dl.k8s.io';

/** Releases name processors as Go does. */
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', arm64: 'arm64' };

/** Where a version of a program is published for a target; null where it is not (macOS has no kube-apiserver). */
export function releaseFile(name: ProgramName, version: string, target: Target): ReleaseFile | null {
  const [system = '', processor = ''] = target.split('-');
  const architecture = ARCHITECTURES[processor];
  if (architecture === undefined || (system !== 'linux' && system !== 'darwin')) return null;
  switch (name) {
    case 'temporal': {
      const file = `temporal_cli_${version.slice(1)}_${system}_${architecture}.tar.gz`;
      return {
        origin: FORGE,
        path: `/temporalio/cli/releases/download/${version}/${file}`,
        member: 'temporal',
      };
    }
    case 'etcd': {
      // For macOS etcd publishes zip files.
      if (system !== 'linux') return null;
      const folder = `etcd-${version}-${system}-${architecture}`;
      const path = `/etcd-io/etcd/releases/download/${version}/${folder}.tar.gz`;
      return { origin: FORGE, path, member: `${folder}/etcd` };
    }
    case 'kube-apiserver':
    case 'kube-controller-manager':
    case 'kube-scheduler':
      if (system !== 'linux') return null;
      return kubernetesFile(name, version, system, architecture);
    case 'kubectl':
      return kubernetesFile(name, version, system, architecture);
    case 'kwok':
    case 'kwokctl': {
      const path = `/kubernetes-sigs/kwok/releases/download/${version}/${name}-${system}-${architecture}`;
      return { origin: FORGE, path, member: null };
    }
    case 'agent-sandbox-controller':
      return null;
  }
}

function kubernetesFile(name: string, version: string, system: string, architecture: string): ReleaseFile {
  const path = `/release/${version}/bin/${system}/${architecture}/${name}`;
  return { origin: KUBERNETES_SITE, path, member: null };
}
