import type { RunSpec } from '../spec/schema.ts';
import type { ReportFindings } from './report-findings.ts';
import { specDigest } from './spec-digest.ts';

/** Versions of what ran in the cluster. */
export function versionsOf({ cluster, installation }: ReportFindings): Record<string, string> {
  return {
    ...cluster?.components,
    ...(cluster === null ? {} : { kubernetes: cluster.kubernetesVersion }),
    ...(installation === null ? {} : { 'agent-sandbox': installation.version }),
    // As a process of the cluster the controller is a program among the components; its image was never pulled.
    ...(installation === null || installation.process !== null
      ? {}
      : { 'agent-sandbox-controller': installation.controllerImage }),
  };
}

/** SHA-256 of what was asked for, what was installed and what ran. */
export function digestsOf({ cluster, installation }: ReportFindings, spec: RunSpec): Record<string, string> {
  const manifests = installation?.manifestsSha256 ?? null;
  return {
    spec: specDigest(spec),
    ...(manifests === null ? {} : { 'agent-sandbox-manifests': manifests }),
    ...cluster?.digests,
  };
}

/** Arguments of what the cluster is made of, and of what ran in it. */
export function flagsOf({ cluster, installation }: ReportFindings): Record<string, string[]> {
  if (installation === null) return { ...cluster?.flags };
  return {
    ...cluster?.flags,
    'agent-sandbox-controller': installation.controllerArgs,
    ...(installation.process === null
      ? {}
      : { 'agent-sandbox-controller, as started': installation.process.command }),
  };
}
