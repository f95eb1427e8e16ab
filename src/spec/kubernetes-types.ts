import * as z from 'zod';

/** Kinds of values that Kubernetes itself bounds. Their `title` says in words what is allowed, as in field-types.ts. */

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const DOMAIN = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
/** What marks a run's own things and what agent-sandbox tells its own things by. */
const RESERVED = /^(?:[a-z0-9.-]+\.)?(?:sandtide\.dev|x-k8s\.io)$/;
const MOST_LABELS = 50;

function isLabelKey(key: string): boolean {
  const [name, domain, ...more] = key.split('/').toReversed();
  if (more.length > 0 || !NAME.test(name ?? '')) return false;
  return domain === undefined || DOMAIN.test(domain);
}

const labelKey = (isAllowed: (key: string) => boolean, title: string) =>
  z
    .string()
    .max(317)
    .refine((key) => isLabelKey(key) && isAllowed(key))
    .meta({ title });

const anyKey = () => labelKey(() => true, 'a Kubernetes label key such as team or example.com/team');

const labelValue = () =>
  z
    .string()
    .regex(/^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/)
    .meta({ title: 'a Kubernetes label value: letters, digits, ".", "_", "-", 63 characters at most' });

/** Labels for objects of ours; those that we or agent-sandbox live by can't be among them. */
export const labels = () =>
  z
    .record(
      labelKey(
        (key) => !RESERVED.test(key.includes('/') ? (key.split('/')[0] ?? '') : ''),
        'a Kubernetes label key, but none of sandtide.dev or x-k8s.io',
      ),
      labelValue(),
    )
    .refine((all) => Object.keys(all).length <= MOST_LABELS)
    .meta({ title: `a mapping of label keys to label values, ${MOST_LABELS} at most` });

/** Labels by which things are chosen: any. */
export const labelSelector = () =>
  z
    .record(anyKey(), labelValue())
    .refine((all) => Object.keys(all).length <= MOST_LABELS)
    .meta({ title: `a mapping of label keys to label values, ${MOST_LABELS} at most` });

const EFFECTS = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'] as const;

/** Taints of nodes. */
export const taints = () =>
  z
    .array(
      z.strictObject({
        key: anyKey().describe('Key of the taint.'),
        value: labelValue().default('').describe('Value of the taint.'),
        effect: z.enum(EFFECTS).describe('What it does to pods that do not tolerate it.'),
      }),
    )
    .max(20)
    .meta({ title: 'a list of taints, 20 at most' });

/** Tolerations of pods. */
export const tolerations = () =>
  z
    .array(
      z.strictObject({
        key: anyKey().describe('Key of the taint.'),
        operator: z.enum(['Equal', 'Exists']).default('Equal').describe('Whether the value counts.'),
        value: labelValue().default('').describe('Value of the taint, where it counts.'),
        effect: z.enum(EFFECTS).nullable().default(null).describe('Effect of the taint; null for any.'),
      }),
    )
    .max(20)
    .meta({ title: 'a list of tolerations, 20 at most' });

/** `http://collector:4317`. No path, and no user: that would be a secret in history. */
export const otlpEndpoint = () =>
  z
    .string()
    .max(300)
    .regex(/^https?:\/\/[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::\d{1,5})?$/)
    .meta({ title: 'an address such as http://collector.monitoring:4317, without a user and a path' });
