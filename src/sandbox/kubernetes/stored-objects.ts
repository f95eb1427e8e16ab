/** Counts of objects by resource, under the name of before 1.34 and under the one since. */
const OBJECTS = /^(?:apiserver_storage_objects|apiserver_resource_objects)\{([^}]*)\} (\S+)/;
const SIZE = /^apiserver_storage_size_bytes(?:\{[^}]*\})? (\S+)/;

/** What an API server's metrics say of its storage. Null for what they don't say. */
export function readStorage(text: string): {
  objects: Record<string, number> | null;
  storageBytes: number | null;
} {
  const objects: Record<string, number> = {};
  let storageBytes: number | null = null;
  for (const line of text.split('\n')) {
    const [, labels = '', count] = OBJECTS.exec(line) ?? [];
    const resource = /resource="([^"]*)"/.exec(labels)?.[1];
    const group = /group="([^"]*)"/.exec(labels)?.[1] ?? '';
    const number = Number(count);
    // -1 is what it says of a resource that it could not count.
    if (resource !== undefined && Number.isFinite(number) && number > 0) {
      objects[group === '' ? resource : `${resource}.${group}`] = number;
    }
    const size = Number(SIZE.exec(line)?.[1]);
    if (Number.isFinite(size)) storageBytes = Math.max(storageBytes ?? 0, size);
  }
  return { objects: Object.keys(objects).length === 0 ? null : objects, storageBytes };
}

/** Memory and start of a process, from its own metrics. */
export function readProcess(text: string): { memoryBytes: number | null; startedAtSeconds: number | null } {
  const value = (name: string): number | null => {
    const found = new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1];
    const number = Number(found);
    return found === undefined || !Number.isFinite(number) ? null : number;
  };
  return {
    memoryBytes: value('process_resident_memory_bytes'),
    startedAtSeconds: value('process_start_time_seconds'),
  };
}
