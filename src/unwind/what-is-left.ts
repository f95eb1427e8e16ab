import type { AskedCluster } from '../domain/sweep-decision.ts';
import type { Work } from '../domain/work.ts';
import type { UnwindWorld } from './undo-step.ts';

/**
 * What still carries the owners' labels, a line each. A provider that cannot be asked counts: nobody knows that it is
 * empty.
 */
export async function whatIsLeft(
  world: UnwindWorld,
  clusters: readonly AskedCluster[],
  work: Work,
): Promise<string[]> {
  const asked = new Map(
    clusters.map(({ cluster: { handle, owner } }) => [`${handle.provider} ${owner}`, { handle, owner }]),
  );
  const left: string[] = [];
  for (const { handle, owner } of asked.values()) {
    work.progress(`asking ${handle.provider} what is left of owner ${owner}`);
    const unanswered = await failureOf(async () => {
      const leftovers = await world.provider(handle.provider).leftovers(owner, work, handle);
      left.push(...leftovers.map(({ kind, name, detail }) => `${kind} ${name}: ${detail}`));
    }, work);
    if (unanswered !== null) left.push(`${handle.provider} could not be asked about ${owner}: ${unanswered}`);
  }
  return left;
}

/** The message of what went wrong; null where it went well. The caller's own wish to stop goes through. */
export async function failureOf(act: () => Promise<void>, work: Work): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    work.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}
