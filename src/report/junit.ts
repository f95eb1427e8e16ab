import { DOMParser } from 'linkedom';
import { mapStrings } from './map-strings.ts';
import { plainText } from './plain-text.ts';
import type { RunReport } from './report.ts';

/** One line of what CI systems list. */
interface TestCase {
  suite: string;
  name: string;
  seconds: number | null;
  /** Why it failed; null where it did not. */
  failure: string | null;
  skipped: boolean;
}

/** The part of an XML document that this needs. */
interface Xml {
  setAttribute(name: string, value: string): void;
  append(...children: (Xml | string)[]): void;
}
interface XmlDocument {
  createElement(name: string): Xml;
  readonly documentElement: Xml;
  toString(): string;
}

/** The report as JUnit XML, `junit.xml`: each step, each threshold, and that nothing is left, as a test case. */
export function renderJunit(report: RunReport): string {
  const told = mapStrings(report, plainText);
  const xml = new DOMParser().parseFromString(
    '<testsuites></testsuites>',
    'text/xml',
  ) as unknown as XmlDocument;
  const cases = casesOf(told);
  describe(xml.documentElement, told.runName, cases);
  for (const suite of new Set(cases.map(({ suite }) => suite))) {
    const element = xml.createElement('testsuite');
    const own = cases.filter((each) => each.suite === suite);
    describe(element, suite, own);
    element.setAttribute('timestamp', told.startedAt);
    element.append(...own.map((each) => caseElement(xml, told.runName, each)));
    xml.documentElement.append(element);
  }
  return `${xml.toString()}\n`;
}

function describe(element: Xml, name: string, cases: readonly TestCase[]): void {
  const seconds = cases.reduce((sum, each) => sum + (each.seconds ?? 0), 0);
  element.setAttribute('name', name);
  element.setAttribute('tests', String(cases.length));
  element.setAttribute('failures', String(cases.filter(({ failure }) => failure !== null).length));
  element.setAttribute('skipped', String(cases.filter(({ skipped }) => skipped).length));
  element.setAttribute('time', seconds.toFixed(3));
}

function caseElement(
  xml: XmlDocument,
  runName: string,
  { suite, name, seconds, failure, skipped }: TestCase,
): Xml {
  const element = xml.createElement('testcase');
  element.setAttribute('classname', `${runName}.${suite}`);
  element.setAttribute('name', name);
  element.setAttribute('time', (seconds ?? 0).toFixed(3));
  if (failure !== null) {
    const why = xml.createElement('failure');
    why.setAttribute('message', failure.split('\n')[0] ?? '');
    why.append(failure);
    element.append(why);
  } else if (skipped) element.append(xml.createElement('skipped'));
  return element;
}

function casesOf({
  steps,
  failure,
  claims,
  thresholds,
  verdict,
  verdictReasons,
  leftovers,
  leftoverCount,
}: RunReport): TestCase[] {
  const passed = { seconds: null, failure: null, skipped: false };
  const left = leftovers.map(({ kind, name }) => `${kind} ${name}`);
  return [
    ...steps.map(({ id, title, durationSeconds, state, detail }) => ({
      suite: 'steps',
      name: title,
      seconds: durationSeconds,
      failure: failure?.step === id ? failure.message : state === 'failed' ? (detail ?? state) : null,
      skipped: durationSeconds === null,
    })),
    ...thresholds.map(({ threshold, met, found }) => ({
      ...passed,
      suite: 'thresholds',
      name: threshold,
      failure: met ? null : found,
    })),
    // Of a run that never came to its load the step that failed says enough.
    ...(claims === null || claims.due === 0
      ? []
      : [
          {
            ...passed,
            suite: 'numbers',
            name: 'are worth something',
            failure: verdict === 'invalid' ? verdictReasons.join('\n') : null,
          },
        ]),
    {
      ...passed,
      suite: 'teardown',
      name: 'nothing is left',
      failure: leftoverCount === 0 ? null : `${leftoverCount} left: ${left.join(', ')}`,
    },
  ];
}
