import * as z from 'zod';
import { DURATION_PATTERN, durationMs, parseDuration } from '../domain/durations.ts';

/**
 * The kinds of values that a spec is made of. Each one's `title` says in words what is allowed: it stands in messages,
 * in docs/spec.md and in the JSON Schema, so that the three can't differ.
 */

/** Longer texts are no duration that anybody wrote; the bound keeps checks and messages short. */
const DURATION_LENGTH = 60;

/**
 * A duration as text, from `least` to `most`. Most waits end in a timer, and Node's timers hold no more than 24 days:
 * hence the bound of one day wherever nothing else is said.
 */
export function duration({ least = '0s', most = '24h' } = {}) {
  const within = (text: string) => {
    const ms = parseDuration(text);
    return ms === null || (ms >= durationMs(least) && ms <= durationMs(most));
  };
  return z
    .string()
    .max(DURATION_LENGTH)
    .regex(DURATION_PATTERN)
    .refine(within)
    .meta({ title: `a duration from ${least} to ${most}, written like 250ms, 90s or 1h30m` });
}

/** A whole number. */
export const count = (least: number, most: number) => z.int().min(least).max(most);

/** A name that Kubernetes takes for a RuntimeClass and the like. */
export const dnsLabel = () =>
  z
    .string()
    .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
    .meta({ title: 'a DNS-1123 label: a-z, 0-9 and inner hyphens, 63 characters at most' });

/** A namespace that a run makes and deletes; never one that a cluster or agent-sandbox itself lives in. */
export const ownNamespace = () =>
  z
    .string()
    .regex(/^(?!(?:default|agent-sandbox-system)$|kube-)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/)
    .meta({
      title:
        'a DNS-1123 label (a-z, 0-9 and inner hyphens, 63 characters at most), but not default, kube-* or agent-sandbox-system, for the run deletes it at its end',
    });

/** An amount of CPU or memory. */
export const quantity = () =>
  z
    .string()
    .max(20)
    .regex(/^\d+(?:\.\d+)?(?:m|k|M|G|T|Ki|Mi|Gi|Ti)?$/)
    .meta({ title: 'a Kubernetes quantity as text, such as "250m", "1" or "256Mi"' });

/** A container image. Begins with a letter or digit, so that no program takes it for an option or a file. */
export const image = () =>
  z
    .string()
    .max(500)
    .regex(/^[a-z0-9][A-Za-z0-9.:/_-]*(?:@sha256:[0-9a-f]{64})?$/)
    .meta({ title: 'an image reference, such as registry.example/name@sha256: and 64 hex digits' });

/**
 * A folder below the worker's own. Whoever may start a workflow chooses it, so it can't lead anywhere else: no absolute
 * path, no `..`, nothing hidden.
 */
export const folderBelow = () =>
  z
    .string()
    .max(200)
    .regex(/^(?:\.\/)?[A-Za-z0-9_][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_][A-Za-z0-9._-]*)*\/?$/)
    .meta({
      title:
        'a relative path of letters, digits, dots, hyphens and underscores, each part beginning with a letter, digit or underscore (so no "..", no absolute path)',
    });
