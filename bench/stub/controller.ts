import { logNormal } from '../seeded-random.ts';
import { OBSERVED_AT, wholeSeconds } from './claim-objects.ts';
import type { StubClaim } from './claim-objects.ts';
import type { ClaimStore } from './claim-store.ts';

/**
 * Changes a new claim as agent-sandbox's controller was seen to: first observed, adopted, ready (with the sandbox's name
 * in the same change), first ready noted, generation observed. With ADDED and DELETED that makes seven events a claim.
 */
export function leadToReady(
  store: ClaimStore,
  claim: StubClaim,
  chance: { random: () => number; medianMs: number; sigma: number },
  onReady: () => void,
): void {
  const delayMs = logNormal(chance.random, chance.medianMs, chance.sigma);
  const annotate = (key: string, value: string) =>
    store.change(claim, ({ annotations }) => {
      annotations[key] = value;
    });
  setTimeout(() => annotate(OBSERVED_AT, nanoseconds()), delayMs / 2);
  setTimeout(() => {
    const number = claim.version.toString(36);
    const name = `bench-${number}`;
    store.change(claim, (adopted) => {
      adopted.adopted = true;
      adopted.generation = 2;
      adopted.annotations['agents.x-k8s.io/sandbox-name'] = name;
    });
    const ready = store.change(claim, (bound) => {
      bound.sandbox = { name, podIp: '10.0.16.1', readyAt: wholeSeconds(), observedGeneration: 1 };
    });
    if (!ready) return;
    onReady();
    annotate('agents.x-k8s.io/claim-first-ready-at', nanoseconds());
    store.change(claim, ({ sandbox }) => {
      if (sandbox !== null) sandbox.observedGeneration = 2;
    });
  }, delayMs);
}

function nanoseconds(): string {
  return `${new Date().toISOString().slice(0, -1)}000000Z`;
}
