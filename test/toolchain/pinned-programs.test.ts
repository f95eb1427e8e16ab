import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { PINNED_DOWNLOADS } from '../../src/toolchain/pinned-downloads.ts';
import { pinnedProgram, readPrintedVersion } from '../../src/toolchain/pinned-programs.ts';
import { PROGRAMS, type ProgramName } from '../../src/toolchain/programs.ts';
import { releaseFile } from '../../src/toolchain/release-files.ts';

describe('the pinned programs', () => {
  for (const name of PROGRAMS) {
    it(`${name} is built from the version and the package that its go.mod has`, () => {
      const program = pinnedProgram(name);
      const mod = readFileSync(join(import.meta.dirname, '../../tools', program.tool, 'go.mod'), 'utf8');
      const tools: string[] = mod.slice(mod.indexOf('\ntool ')).match(/[\w.-]+\/[\w./-]+/g) ?? [];
      assert.ok(tools.includes(program.package), `${program.package} is no tool of ${program.tool}/go.mod`);
      const required = [...mod.matchAll(/^\t(\S+) (v\S+)/gm)].filter(([, module]) =>
        program.package.startsWith(module!),
      );
      const longest = required.sort((a, b) => b[1]!.length - a[1]!.length)[0];
      assert.equal(longest?.[2], program.version);
    });
  }

  const printed: [name: ProgramName, text: string, version: string | null][] = [
    ['temporal', 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)', 'v1.5.1'],
    ['etcd', 'etcd Version: 3.6.6\nGit SHA: abc\nGo Version: go1.26.8', 'v3.6.6'],
    ['kube-apiserver', 'Kubernetes v1.36.3', 'v1.36.3'],
    ['kube-scheduler', 'Kubernetes v0.0.0-master+$Format:%H$', 'v0.0.0-master+$Format:%H$'],
    ['kubectl', 'Client Version: v1.36.1\nKustomize Version: v5.8.1', 'v1.36.1'],
    [
      'kubectl',
      'Client Version: version.Info{Major:"1", Minor:"26", GitVersion:"v1.26.0", GitCommit:"b4"}',
      'v1.26.0',
    ],
    ['kwok', 'kwok version v0.8.0 go1.26.8 (linux/amd64)', 'v0.8.0'],
    ['kwokctl', 'kwokctl version v0.8.0 go1.26.8 (linux/amd64)', 'v0.8.0'],
    [
      'agent-sandbox-controller',
      'agent-sandbox-controller, version unknown (revision: x)\n  go version: go1.26.8',
      'unknown',
    ],
    ['agent-sandbox-controller', 'agent-sandbox-controller, version v0.5.6 (revision: x)', 'v0.5.6'],
    ['etcd', 'usage: something else 3.6.6', null],
  ];
  for (const [name, text, version] of printed) {
    it(`${name}'s version in "${text.split('\n')[0]}" is ${version}`, () => {
      assert.equal(readPrintedVersion(name, text), version);
    });
  }
});

describe('the pinned downloads', () => {
  it('are of the pinned versions, one digest per program and target, and each has a release file', () => {
    const seen = new Set<string>();
    for (const { name, version, target, sha256 } of PINNED_DOWNLOADS) {
      assert.match(sha256, /^[0-9a-f]{64}$/);
      assert.equal(version, pinnedProgram(name).version, `a stale digest of ${name}`);
      assert.notEqual(releaseFile(name, version, target), null, `${name} is not published for ${target}`);
      seen.add(`${name} ${target}`);
    }
    assert.equal(seen.size, PINNED_DOWNLOADS.length);
    assert.equal(new Set(PINNED_DOWNLOADS.map(({ sha256 }) => sha256)).size, PINNED_DOWNLOADS.length);
  });

  const files: [
    name: ProgramName,
    target: `${string}-${string}`,
    path: string | null,
    member: string | null,
  ][] = [
    [
      'temporal',
      'linux-x64',
      '/temporalio/cli/releases/download/v1.0.0/temporal_cli_1.0.0_linux_amd64.tar.gz',
      'temporal',
    ],
    [
      'etcd',
      'linux-arm64',
      '/etcd-io/etcd/releases/download/v1.0.0/etcd-v1.0.0-linux-arm64.tar.gz',
      'etcd-v1.0.0-linux-arm64/etcd',
    ],
    ['etcd', 'darwin-arm64', null, null],
    ['kube-apiserver', 'linux-x64', '/release/v1.0.0/bin/linux/amd64/kube-apiserver', null],
    ['kube-apiserver', 'darwin-arm64', null, null],
    ['kubectl', 'darwin-arm64', '/release/v1.0.0/bin/darwin/arm64/kubectl', null],
    ['kwokctl', 'linux-x64', '/kubernetes-sigs/kwok/releases/download/v1.0.0/kwokctl-linux-amd64', null],
    ['agent-sandbox-controller', 'linux-x64', null, null],
    ['kubectl', 'linux-ppc64', null, null],
    ['kubectl', 'win32-x64', null, null],
  ];
  for (const [name, target, path, member] of files) {
    it(`${name} for ${target} is published ${path === null ? 'nowhere' : `as ${path}`}`, () => {
      const file = releaseFile(name, 'v1.0.0', target);
      assert.deepEqual(file === null ? [null, null] : [file.path, file.member], [path, member]);
    });
  }
});
