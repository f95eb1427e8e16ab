import { isPortTaken } from '../system/port-taken.ts';
import type { Finding } from './finding.ts';
import { ok, warning } from './finding.ts';

/** The ports that `sandtide dev` listens on. */
const DEV_PORTS = [7233, 8233];

export async function lookAtPorts(
  temporalAnswers: boolean,
  ports: readonly number[] = DEV_PORTS,
): Promise<Finding> {
  const taken: number[] = [];
  for (const port of ports) if (await isPortTaken(port)) taken.push(port);
  return judgePorts(taken, temporalAnswers);
}

/** Ports that are taken are none of our business where Temporal is what listens there. */
export function judgePorts(taken: readonly number[], temporalAnswers: boolean): Finding {
  if (taken.length === 0) return ok('ports', 'those of `sandtide dev` are free');
  const says = `127.0.0.1:${taken.join(' and 127.0.0.1:')} taken`;
  if (temporalAnswers) return ok('ports', `${says}; Temporal answers`);
  return warning('ports', `${says}, not by a Temporal`, 'give `sandtide dev` others by --port and --ui-port');
}
