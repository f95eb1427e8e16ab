import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import type { Client } from '@temporalio/client';

/** Versions of what runs in this process, for the report. */
export function versions(): Record<string, string> {
  return {
    sandtide: packageVersion('..'), // the package that this file is in
    node: process.versions.node,
    'temporal-sdk': packageVersion('@temporalio/worker'),
    'kubernetes-client-node': packageVersion('@kubernetes/client-node'),
  };
}

/** Version of the Temporal server; none where it does not tell. */
export async function serverVersions({ workflowService }: Client): Promise<Record<string, string>> {
  try {
    const { serverVersion } = await workflowService.getSystemInfo({});
    return serverVersion === '' ? {} : { 'temporal-server': serverVersion };
  } catch {
    return {};
  }
}

function packageVersion(name: string): string {
  const file = findPackageJSON(name, import.meta.url);
  return file === undefined ? 'unknown' : versionOf(file);
}

function versionOf(file: string | URL): string {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
  } catch {
    return 'unknown';
  }
}
