import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where sandtide keeps what must outlive a process: local clusters and embedded sessions. Made 0700. */
export function stateFolder(env: NodeJS.ProcessEnv = process.env): string {
  const configured = env['XDG_STATE_HOME'] ?? '';
  // The XDG specification has relative paths ignored.
  const base = isAbsolute(configured) ? configured : join(env['HOME'] ?? homedir(), '.local', 'state');
  const folder = join(base, 'sandtide');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}
