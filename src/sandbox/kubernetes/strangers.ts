import { ConflictError } from '../../domain/errors.ts';
import { LABELS } from '../../domain/names.ts';
import type { Owner } from '../../domain/names.ts';
import type { KubeClient, KubeObject } from '../../kubernetes/kube-client.ts';
import { describeObject } from '../../kubernetes/object-path.ts';
import { resourceFor } from '../../kubernetes/resources.ts';

const MOST_NAMED = 3;

/**
 * Looks for each object by name and throws `ConflictError` if any is there that is not the owner's. Done before the
 * first create, so that a refused installation leaves nothing behind, not even a namespace.
 */
export async function refuseStrangers(
  kube: KubeClient,
  objects: readonly KubeObject[],
  owner: Owner,
  signal: AbortSignal,
): Promise<void> {
  const looks = objects.map(async ({ apiVersion, kind, metadata: { name, namespace } }) => {
    const resource = resourceFor(apiVersion, kind);
    const found = await kube.getMetadata(resource, name, {
      signal,
      ...(namespace === undefined ? {} : { namespace }),
    });
    if (found === null || isOwned(found, owner)) return [];
    return [{ found, name: describeObject(resource, name, namespace) }];
  });
  const strangers = (await Promise.all(looks)).flat();
  const [first] = strangers;
  if (first === undefined) return;
  throw new ConflictError({
    object: nameSome(
      strangers.map(({ name }) => name),
      MOST_NAMED,
    ),
    what: `agent-sandbox is installed here already, in whole or in part, by ${ownerOf(first.found)}; it was left as found`,
    next: 'use another cluster, or remove that installation if nobody needs it',
  });
}

function ownerOf({ metadata: { labels = {} } }: KubeObject): string {
  const owner = labels[LABELS.owner];
  return owner === undefined
    ? 'somebody who does not use sandtide'
    : `run ${labels[LABELS.run] ?? '(unnamed)'} (owner ${owner})`;
}

/** The object carries the owner's label. */
export function isOwned({ metadata }: KubeObject, owner: Owner): boolean {
  return owner !== '' && metadata.labels?.[LABELS.owner] === owner;
}

/** The first few of a list of names, and how many more there are. */
export function nameSome(names: readonly string[], most: number): string {
  const more = names.length - most;
  return names.slice(0, most).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
