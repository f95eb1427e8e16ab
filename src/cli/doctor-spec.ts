import { InvalidSpecError, SandtideError } from '../domain/errors.ts';
import type { Work } from '../domain/work.ts';
import { judgeContext, judgeFailure, judgeKind, judgeLocal } from '../doctor/cluster.ts';
import type { Finding } from '../doctor/finding.ts';
import { ok, problem, skipped } from '../doctor/finding.ts';
import type { RunSpec } from '../spec/schema.ts';
import { readSpec } from './spec-input.ts';

/** A cluster that is there answers within this; one that is away would be asked again and again. */
const CLUSTER_MS = 30_000;

/** The spec, or what is wrong with it. */
export type SpecSeen = { spec: RunSpec; finding: Finding } | { spec: null; finding: Finding };

/** Reads the spec as `sandtide run` would. */
export async function lookAtSpec(file: string): Promise<SpecSeen> {
  try {
    const { spec } = await readSpec(file);
    return { spec, finding: ok('spec', `${file} is sound; provider ${spec.provider.type}`) };
  } catch (error) {
    if (!(error instanceof InvalidSpecError)) throw error;
    const next = `correct ${file}; docs/spec.md tells every setting`;
    return { spec: null, finding: problem('spec', error.message, next) };
  }
}

/** What a run of the spec would find of its cluster. Nothing is made. `programs` is what was found of the local ones. */
export async function lookAtCluster(
  { spec }: SpecSeen,
  programs: Finding,
  work: Work,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finding[]> {
  if (spec === null) return [skipped('cluster', 'the spec does not tell which')];
  const { provider } = spec;
  if (provider.type === 'local') return [judgeLocal(programs)];
  const timeout = AbortSignal.timeout(CLUSTER_MS);
  const signal = AbortSignal.any([work.signal, timeout]);
  try {
    if (provider.type === 'kind') return [await kindThere({ ...work, signal }, env)];
    const { lookAtContext } = await import('../providers/existing/look-at-context.ts');
    const seen = await lookAtContext(spec, env, signal);
    return judgeContext(provider.context, seen, spec.limits.lease, Date.now());
  } catch (error) {
    work.signal.throwIfAborted();
    if (timeout.aborted) {
      const next = 'see that it can be reached from here';
      return [problem('cluster', `it did not answer within ${CLUSTER_MS / 1000} s`, next)];
    }
    if (!(error instanceof SandtideError)) throw error;
    return [judgeFailure('cluster', error)];
  }
}

async function kindThere(work: Work, env: NodeJS.ProcessEnv): Promise<Finding> {
  const { kindProgram } = await import('../providers/kind/kind-program.ts');
  const kind = kindProgram({ env });
  return judgeKind(await kind.version(work), (await kind.clusters(work)).length);
}
