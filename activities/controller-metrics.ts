import type { Work } from '../src/domain/work.ts';
import type { SandboxInstallation } from '../src/sandbox/agent-sandbox.ts';
import type { ActivityDeps } from './deps.ts';
import type { StepRequest } from './stages.ts';
import { withCluster } from './with-cluster.ts';

export interface MetricsRequest extends StepRequest {
  installation: SandboxInstallation | null;
}

/** The controller's metrics as text: of a process from itself, of a pod through the API server, where that is allowed. */
export async function controllerMetrics(
  deps: ActivityDeps,
  { plan, spec, installation }: MetricsRequest,
  work: Work,
): Promise<string | null> {
  if (installation === null) return null;
  if (installation.process !== null) {
    const answer = await fetch(installation.process.metricsUrl, { signal: work.signal });
    return answer.ok ? answer.text() : null;
  }
  const sandbox = deps.agentSandbox(plan.sandbox.type);
  if (sandbox.controllerMetrics === undefined) return null;
  const read = sandbox.controllerMetrics;
  return withCluster(deps, { plan, spec }, work, (target) => read(target, work));
}
