import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { unreadiness } from './unreadiness.ts';

/** Names under one complaint, and complaints of one kind: more of them tell nothing new. */
const MOST_NAMES = 20;
const MOST_COMPLAINTS = 40;

interface Complaint {
  times: number;
  names: string[];
}

/** The objects of one kind that are not ready, by what they complain about; bounded, however many are added. */
export class UnreadyObjects {
  readonly #kind: string;
  readonly #complaints = new Map<string, Complaint>();
  #seen = 0;
  #unready = 0;

  constructor(kind: string) {
    this.#kind = kind;
  }

  add(object: KubeObject): void {
    this.#seen += 1;
    const complaints = unreadiness(object);
    if (complaints.length === 0) return;
    this.#unready += 1;
    const { namespace, name } = object.metadata;
    for (const text of complaints) {
      const complaint = this.#complaints.get(text) ?? { times: 0, names: [] };
      complaint.times += 1;
      if (complaint.names.length < MOST_NAMES)
        complaint.names.push(namespace === undefined ? name : `${namespace}/${name}`);
      this.#complaints.set(text, complaint);
    }
  }

  /** The most frequent complaint first. `trouble`: why not all objects were seen. */
  text(trouble: string | null = null): string {
    const sorted = [...this.#complaints].toSorted(([, one], [, other]) => other.times - one.times);
    const more = sorted.length - MOST_COMPLAINTS;
    return [
      `${this.#kind}: ${this.#unready} of ${this.#seen} not ready${trouble === null ? '' : ` (${trouble})`}`,
      ...sorted
        .slice(0, MOST_COMPLAINTS)
        .flatMap(([text, { times, names }]) => [
          `  ${text}${times === 1 ? '' : ` (${times} times)`}`,
          ...names.map((name) => `    ${name}`),
          ...(times > names.length ? [`    and ${times - names.length} more`] : []),
        ]),
      ...(more > 0 ? [`  and ${more} other complaints`] : []),
      '',
    ].join('\n');
  }
}
