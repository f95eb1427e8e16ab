import type { CollectedEvidence } from '../domain/evidence.ts';
import type { ClusterHandle } from '../domain/plan.ts';
import type { WindowResult } from '../measure/window-result.ts';
import type { ControllerHistogram } from './report.ts';

/** What the stages found out, as far as they got; the part of it that a report tells. */
export interface ReportFindings {
  cluster: {
    handle: ClusterHandle;
    kubernetesVersion: string;
    nodes: Record<string, number>;
    components: Record<string, string>;
    digests?: Record<string, string>;
    flags: Record<string, string[]>;
  } | null;
  installation: {
    version: string;
    /** Null where the installation is not the run's own. */
    manifestsSha256: string | null;
    controllerImage: string;
    controllerArgs: string[];
    process: { command: string[] } | null;
  } | null;
  warmPool: { replicas: number; fillMs: number } | null;
  windows: WindowResult[];
  controllerHistogram: ControllerHistogram | null;
  evidence: CollectedEvidence | null;
}
