import type { KubeObject } from '../../kubernetes/kube-client.ts';

/** As much of an Event as is told; written by either of its two APIs. */
interface Event extends KubeObject {
  type?: string;
  reason?: string;
  message?: string;
  count?: number;
  series?: { count?: number; lastObservedTime?: string };
  firstTimestamp?: string | null;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  involvedObject?: { kind?: string; name?: string };
  source?: { component?: string };
  reportingComponent?: string;
}

/** Enough to see what was going on; warnings tell more. */
const MOST_WARNINGS = 1000;
const MOST_OTHERS = 500;
const MOST_CHARACTERS = 1000;

/** The newest events of a namespace, warnings and others apart, so that no flood of the latter hides the former. */
export class EventLog {
  readonly #warnings = new Newest(MOST_WARNINGS);
  readonly #others = new Newest(MOST_OTHERS);

  add(object: KubeObject): void {
    const event = object as Event;
    (event.type === 'Warning' ? this.#warnings : this.#others).add({
      at: timeOf(event),
      line: lineOf(event),
    });
  }

  /** In order of time, with a first line that says what is missing. */
  text(title: string, trouble: string | null = null): string {
    const left = [
      ...dropped(this.#warnings, 'warnings'),
      ...dropped(this.#others, 'other events'),
      ...(trouble === null ? [] : [trouble]),
    ];
    const kept = [...this.#warnings.kept(), ...this.#others.kept()].toSorted(byTime);
    return [
      `${title}: ${kept.length} event${kept.length === 1 ? '' : 's'}${left.length === 0 ? '' : ` (${left.join('; ')})`}`,
      ...kept.map(({ line }) => line),
      '',
    ].join('\n');
  }
}

interface Timed {
  at: string;
  line: string;
}

/** The newest of any number of lines, with twice as many in memory at most. */
class Newest {
  seen = 0;
  readonly #most: number;
  #lines: Timed[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  add(line: Timed): void {
    this.seen += 1;
    this.#lines.push(line);
    if (this.#lines.length >= 2 * this.#most) this.#lines = this.kept();
  }

  kept(): Timed[] {
    return this.#lines.toSorted(byTime).slice(-this.#most);
  }
}

function dropped(newest: Newest, what: string): string[] {
  const left = newest.seen - newest.kept().length;
  return left === 0 ? [] : [`${left} older ${what} left out`];
}

/** RFC 3339 of one zone sorts as text. */
function byTime(one: Timed, other: Timed): number {
  return one.at < other.at ? -1 : one.at > other.at ? 1 : 0;
}

function timeOf({ series, lastTimestamp, eventTime, firstTimestamp, metadata }: Event): string {
  const time =
    series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? firstTimestamp ?? metadata.creationTimestamp;
  return time ?? '-';
}

function lineOf(event: Event): string {
  const { type = '-', reason = '-', involvedObject, source, reportingComponent } = event;
  const times = event.series?.count ?? event.count ?? 1;
  const by = source?.component ?? reportingComponent ?? '';
  const message = (event.message ?? '').replace(/\s+/g, ' ').trim().slice(0, MOST_CHARACTERS);
  const about = `${involvedObject?.kind ?? '?'}/${involvedObject?.name ?? '?'}`;
  return `${timeOf(event)} ${type} ${reason} ${about}${times > 1 ? ` x${times}` : ''}${by === '' ? '' : ` [${by}]`}: ${message}`;
}
