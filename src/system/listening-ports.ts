import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** State LISTEN in /proc/net/tcp. */
const LISTEN = '0A';

/**
 * TCP ports on which the process listens, or null where this system does not tell (other than Linux). A port that
 * merely answers may be somebody else's.
 */
export function listeningPorts(pid: number): number[] | null {
  if (process.platform !== 'linux') return null;
  const sockets = socketsOf(pid);
  return ['tcp', 'tcp6'].flatMap((table) =>
    readLines(`/proc/net/${table}`).flatMap((line) => {
      const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/);
      return state === LISTEN && sockets.has(inode) ? [Number.parseInt(local.split(':')[1] ?? '', 16)] : [];
    }),
  );
}

/** Inodes of the sockets that the process has open. */
function socketsOf(pid: number): Set<string> {
  try {
    const folder = `/proc/${pid}/fd`;
    return new Set(readdirSync(folder).flatMap((fd) => inodeOf(`${folder}/${fd}`)));
  } catch {
    return new Set();
  }
}

function inodeOf(link: string): string[] {
  try {
    return /^socket:\[(\d+)\]$/.exec(readlinkSync(link))?.slice(1) ?? [];
  } catch {
    return []; // closed meanwhile
  }
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}
