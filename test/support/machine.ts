import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** A process of this machine, as /proc shows it (Linux). */
export interface SeenProcess {
  pid: number;
  command: string;
}

/**
 * Processes that carry `mark` in their environment or their command line. A test gives everything it starts an
 * environment with a folder of its own in it; whatever those start in turn inherits it, however they detach.
 */
export function processesMarked(mark: string): SeenProcess[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const command = read(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim();
      const marked = command.includes(mark) || read(`/proc/${name}/environ`).includes(mark);
      return marked && command !== '' ? [{ pid: Number(name), command }] : [];
    });
}

/** Addresses that these processes listen on: `127.0.0.1:2379`, `[::]:80`. */
export function listenersOf(processes: readonly SeenProcess[]): string[] {
  const inodes = new Set(processes.flatMap(({ pid }) => socketInodes(pid)));
  return ['tcp', 'tcp6'].flatMap((table) =>
    read(`/proc/net/${table}`)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === LISTEN && inodes.has(fields[9] ?? ''))
      .map((fields) => addressOf(fields[1] ?? '')),
  );
}

/** Whether an address as `listenersOf` gives it can be reached from this machine alone. */
export function isLoopback(address: string): boolean {
  return address.startsWith('127.') || address.startsWith('[::1]');
}

const LISTEN = '0A';

function addressOf(field: string): string {
  const [hex = '', port = '0'] = field.split(':');
  // Each 32-bit word is in the host's byte order.
  const words = hex.match(/.{8}/g)?.map((word) => word.match(/../g)?.reverse().join('') ?? '') ?? [];
  const bytes =
    words
      .join('')
      .match(/../g)
      ?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  const number = Number.parseInt(port, 16);
  if (bytes.length === 4) return `${bytes.join('.')}:${number}`;
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (mapped) return `${bytes.slice(12).join('.')}:${number}`;
  if (bytes.slice(0, 15).every((byte) => byte === 0)) return `[${bytes[15] === 1 ? '::1' : '::'}]:${number}`;
  return `[${words.join(':')}]:${number}`;
}

function socketInodes(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const target = link(`/proc/${pid}/fd/${fd}`);
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      return inode === undefined ? [] : [inode];
    });
  } catch {
    return []; // it ended while we looked
  }
}

function link(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
