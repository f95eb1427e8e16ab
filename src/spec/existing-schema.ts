import * as z from 'zod';

/** A kubeconfig of the worker's machine. No `?` and no `#`: they end the name in a cluster's location. */
const kubeconfigFile = () =>
  z
    .string()
    .max(500)
    .regex(/^(?:~\/|\/)[^?#\p{Cc}]+$/u)
    .meta({ title: 'an absolute path, or one below the home folder (~/), without ? and #' });

const contextName = () =>
  z
    .string()
    .max(300)
    .regex(/^[^\s\p{Cc}-][^\p{Cc}]*$/u)
    .meta({ title: 'the name of a context of that kubeconfig' });

/** A cluster of the user's own. */
export const existingProvider = z.strictObject({
  type: z
    .literal('existing')
    .describe(
      'A cluster of your own. It is held for the run and never created nor deleted; what the run makes in it is taken away again.',
    ),
  kubeconfig: kubeconfigFile()
    .nullable()
    .default(null)
    .describe("Kubeconfig on the worker's machine; null is KUBECONFIG there, else ~/.kube/config."),
  context: contextName().describe('Context in it. The current one of the file does not count.'),
  allowExec: z
    .boolean()
    .default(false)
    .describe(
      "Whether a program that the context's user names may be run for credentials; it runs as the worker.",
    ),
});
