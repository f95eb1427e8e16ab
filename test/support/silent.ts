import { DefaultLogger } from '@temporalio/worker';

/** Says nothing, because workflows and activities fail on purpose in tests. */
export const SILENT = new DefaultLogger('ERROR', () => undefined);
