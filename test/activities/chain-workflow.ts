import { condition, continueAsNew, defineSignal, setHandler } from '@temporalio/workflow';

/** Each signal ends one execution and, but for the last, begins the next of the chain. */
export const onward = defineSignal('onward');

export async function chain(links: number): Promise<void> {
  let signalled = false;
  setHandler(onward, () => void (signalled = true));
  await condition(() => signalled);
  if (links > 1) await continueAsNew<typeof chain>(links - 1);
}
