/** What is seen of the system under a soak once a window. Null for what could not be read: no data is never 0. */
export interface SystemSample {
  /** Resident memory of the controller, bytes. */
  controllerMemoryBytes: number | null;
  /** When its process began, epoch seconds: another value is a restart. */
  controllerStartedAtSeconds: number | null;
  /** Objects in etcd by resource, as the API server counts them. */
  objects: Record<string, number> | null;
  /** Size of etcd's database, bytes. */
  storageBytes: number | null;
  /** Ready sandboxes of the warm pool, and how many it is to have. */
  pool: { ready: number; wanted: number } | null;
  /** Sandboxes whose claim or pool is gone, and pods whose sandbox is. */
  orphans: { sandboxes: number; pods: number } | null;
  /** Resident memory of the worker that drove the window, bytes. */
  workerMemoryBytes: number;
}
