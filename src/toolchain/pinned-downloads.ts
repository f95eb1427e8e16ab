import type { ProgramName } from './programs.ts';

/** Node's platform and architecture: `linux-x64`. */
export type Target = `${string}-${string}`;

/** The SHA-256 of one file of an official release. */
export interface PinnedDownload {
  name: ProgramName;
  version: string;
  target: Target;
  /** Of the file as it is downloaded: of the archive, where it is one. Lower-case hex. */
  sha256: string;
}

/**
 * The digests that are known, and no others: **a program without an entry here is never downloaded**, it is built.
 *
 * Each was found, equal, in at least two independent public sources (packagers' recipes that check it on every build).
 * When a version changes, its entries go; new ones come from the release's own checksum file, checked against a second
 * source. kube-apiserver, kube-controller-manager and kube-scheduler have no entry because no second source was found;
 * agent-sandbox-controller because it is released as a container image only.
 */
export const PINNED_DOWNLOADS: readonly PinnedDownload[] = [
  {
    name: 'temporal',
    version: 'v1.5.1',
    target: 'linux-x64',
    sha256: 'ddc95e08b0b076efd4ea9733a3f488eb7d2be875f8834e616cd2a37358b4852d',
  },
  {
    name: 'temporal',
    version: 'v1.5.1',
    target: 'linux-arm64',
    sha256: 'bd1b0db9f18b051026de8bf6cc1505f2510f14bbb7a8b9a4a91fff46c77454f5',
  },
  {
    name: 'temporal',
    version: 'v1.5.1',
    target: 'darwin-x64',
    sha256: 'bbb73e2a31135abe50a1f1cdb35030c42961df618e8ce9c60ae89f201540c5d9',
  },
  {
    name: 'temporal',
    version: 'v1.5.1',
    target: 'darwin-arm64',
    sha256: 'cca01b7ea35ad56e2a328d9ae596bf716bd22313ef63c7a761c88354457c2415',
  },
  {
    name: 'etcd',
    version: 'v3.6.6',
    target: 'linux-x64',
    sha256: '887afaa4a99f22d802ccdfbe65730a5e79aa5c9ce2c8799c67e9d804c50ecedb',
  },
  {
    name: 'kubectl',
    version: 'v1.36.3',
    target: 'linux-x64',
    sha256: 'ebbd080e7c2e275093b55915722043257eb24004363e20acb3c4d71919f88336',
  },
  {
    name: 'kubectl',
    version: 'v1.36.3',
    target: 'linux-arm64',
    sha256: '3d86f24401c41ae5a46ac50eef8865fe891d3647d324a0836f6c63757a126e62',
  },
  {
    name: 'kubectl',
    version: 'v1.36.3',
    target: 'darwin-arm64',
    sha256: 'fc8582acde13869a606730a79379d6515f30c68afcced0b5ac8789d5d002b7d6',
  },
  {
    name: 'kwok',
    version: 'v0.8.0',
    target: 'linux-x64',
    sha256: 'f5a4385a2ae1b9dd7f8acae18e002a75c0ebba124ae9d7259aa8dadb50711f46',
  },
  {
    name: 'kwokctl',
    version: 'v0.8.0',
    target: 'linux-x64',
    sha256: 'd5743166c657283d6e827c7c4c20cacfd9009fd94830f06718ca7b2c7099461f',
  },
];
