import { ConflictError } from '../domain/errors.ts';
import { isPortTaken } from '../system/port-taken.ts';
import { refusedOption } from './refused-option.ts';

/** Throws `ConflictError` where a port of the dev server is somebody else's, with the option that chooses another. */
export async function refuseTakenPorts({ port, uiPort }: { port: number; uiPort: number }): Promise<void> {
  if (port === uiPort) {
    const message = `${uiPort} is the port of Temporal itself (--port); choose another`;
    throw refusedOption('--ui-port', message);
  }
  await refuseTaken(port, '--port', 'Temporal');
  await refuseTaken(uiPort, '--ui-port', 'its UI');
}

async function refuseTaken(port: number, option: string, what: string): Promise<void> {
  if (!(await isPortTaken(port))) return;
  throw new ConflictError({
    object: `127.0.0.1:${port}`,
    what: `the port for ${what} is in use already; nothing was started`,
    next: `choose another by ${option}, or stop what listens there`,
  });
}
