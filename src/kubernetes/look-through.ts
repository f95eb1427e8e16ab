import type { KubeClient, KubeObject, KubeResource, ListOptions } from './kube-client.ts';

export interface LookOptions extends ListOptions {
  /** Objects in one answer: what is held in memory at a time. */
  pageSize: number;
  /** After so many the look ends, whatever is left. */
  most: number;
}

/**
 * Shows every object of a kind to `visit`, page by page, so that a namespace of any size can be looked through. Resolves
 * with how many were seen, and whether that were all.
 */
export async function lookThrough(
  kube: KubeClient,
  resource: KubeResource,
  { pageSize, most, ...options }: LookOptions,
  visit: (object: KubeObject) => void,
): Promise<{ seen: number; all: boolean }> {
  let seen = 0;
  let continueFrom: string | undefined;
  do {
    const page = await kube.list(resource, {
      ...options,
      limit: Math.min(pageSize, most - seen),
      ...(continueFrom === undefined ? {} : { continueFrom }),
    });
    page.items.forEach(visit);
    seen += page.items.length;
    continueFrom = page.continueFrom;
  } while (continueFrom !== undefined && seen < most);
  return { seen, all: continueFrom === undefined };
}
