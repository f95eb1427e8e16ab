import type { Finding } from './finding.ts';
import { ok, problem, warning } from './finding.ts';

const OLDEST_NODE = 24;
const MIB = 1024 ** 2;
/** A local control plane takes about a gigabyte, and so does the load at its shape. */
const LEAST_MEMORY = 1024 * MIB;
const SCARCE_MEMORY = 2048 * MIB;
/** Programs of the control plane are 500 MiB; building them takes several gigabytes of Go's caches. */
const LEAST_DISK = 512 * MIB;
const SCARCE_DISK = 4096 * MIB;

export function judgeNode(version: string): Finding {
  const major = Number(version.replace(/^v/, '').split('.')[0]);
  if (major >= OLDEST_NODE) return ok('node', version);
  return problem('node', `${version} is too old`, `install Node ${OLDEST_NODE} or later`);
}

/** `available` is what a new process can have, in bytes. */
export function judgeMemory(available: number, cores: number): Finding {
  const says = `${mib(available)} available, ${cores} core${cores === 1 ? '' : 's'}`;
  if (available < LEAST_MEMORY)
    return problem('memory', says, `free some: a local cluster needs ${mib(LEAST_MEMORY)} at least`);
  if (available < SCARCE_MEMORY)
    return warning('memory', says, 'keep local clusters small; a machine that swaps spoils every figure');
  return ok('memory', says);
}

/** One folder that sandtide writes to. `free` in bytes; null where it could not be asked, `why` then says so. */
export function judgeFolder(
  check: string,
  folder: { path: string; what: string; free: number | null; why: string | null },
): Finding {
  const { path, what, free, why } = folder;
  if (why !== null || free === null) {
    const says = `${path} (${what}) can't be written: ${why ?? 'it does not say how much room it has'}`;
    return problem(check, says, `make it a folder that you may write to, or choose another ${what}`);
  }
  const says = `${mib(free)} free in ${path} (${what})`;
  if (free < LEAST_DISK) return problem(check, says, `free ${mib(LEAST_DISK)} at least`);
  if (free < SCARCE_DISK)
    return warning(check, says, 'free some: programs that have to be built take gigabytes');
  return ok(check, says);
}

/** Bytes for people: `1.5 GiB`, `380 MiB`. */
function mib(bytes: number): string {
  const size = bytes / MIB;
  return size < 1024 ? `${Math.round(size)} MiB` : `${(size / 1024).toFixed(1)} GiB`;
}
