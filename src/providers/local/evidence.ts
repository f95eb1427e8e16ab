import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UnavailableError } from '../../domain/errors.ts';
import type { EvidenceSource } from '../../domain/evidence.ts';
import type { ClusterFolder } from './cluster-folder.ts';
import { readSoundRecord } from './cluster-record.ts';
import { CONTROLLER } from './deployment-process.ts';
import { logTail } from './log-tail.ts';
import { ignoreAbsent } from '../private-folder.ts';

/** The end of a log that tells how a program got into trouble; a busy one writes so much in a minute. */
const MOST_LOG_BYTES = 256 * 1024;

/**
 * Logs of everything that was started for the cluster, however far its creation came, and the metrics of the
 * controller's process. Reads files alone, and takes no lock: whoever works on the cluster is not disturbed.
 */
export async function localEvidence(folder: ClusterFolder): Promise<EvidenceSource[]> {
  const logs = [...(await logsIn(folder.logs)), ...(await logsIn(join(folder.plane, 'logs')))];
  const metricsUrl = (await readSoundRecord(folder))?.controller?.metricsUrl;
  return [
    ...logs.map((path): EvidenceSource => ({
      name: basename(path),
      about: `the end of the log of ${basename(path, '.log')}`,
      keep: 'end',
      collect: () => logTail(path, MOST_LOG_BYTES),
    })),
    ...(metricsUrl === undefined ? [] : [metricsOf(metricsUrl)]),
  ];
}

async function logsIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    ignoreAbsent(error);
    return [];
  });
  const logs = names.filter((name) => name.endsWith('.log'));
  return logs.toSorted(controllerFirst).map((name) => join(folder, name));
}

function controllerFirst(one: string, other: string): number {
  const ours = (name: string) => (name === `${CONTROLLER}.log` ? 0 : 1);
  return ours(one) - ours(other) || one.localeCompare(other);
}

function metricsOf(url: string): EvidenceSource {
  return {
    name: 'controller-metrics.txt',
    about: "the controller's metrics",
    keep: 'beginning',
    collect: async ({ signal }) => {
      const answer = await fetch(url, { signal });
      if (answer.ok) return answer.text();
      throw new UnavailableError({
        object: "the controller's metrics",
        what: `${url} answers with HTTP ${answer.status}`,
        next: 'read its log',
      });
    },
  };
}
