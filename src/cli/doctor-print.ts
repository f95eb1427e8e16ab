import type { Finding } from '../doctor/finding.ts';
import type { Style } from '../report/paint.ts';
import { plural } from '../report/figures.ts';
import { plainText } from '../report/plain-text.ts';
import type { Sheet } from '../report/sheet.ts';
import { wrap } from '../report/wrap.ts';

const SIGNS: Record<Finding['status'], [sign: string, style: Style]> = {
  ok: ['✓', 'green'],
  warning: ['!', 'yellow'],
  problem: ['✗', 'red'],
  skipped: ['–', 'dim'],
};

/** Where the words begin: behind a sign and the longest name of a check. */
const MARGIN = 20;
/** Longer lines are no easier to read. */
const WIDEST = 110;

/** What a doctor's look found, for people: a line or more each, what to do about it below, and the count. */
export function doctorText(findings: readonly Finding[], sheet: Sheet): string {
  const width = Math.min(sheet.width, WIDEST) - MARGIN;
  const lines = findings.flatMap(({ check, status, says, next }) => {
    const [sign, style] = SIGNS[status];
    const words = [
      ...wrap(oneLine(says), width),
      ...(next === null ? [] : wrap(`→ ${oneLine(next)}`, width)),
    ];
    return words.map((line, index) =>
      index === 0
        ? `${sheet.paint(style, sign)} ${check.padEnd(MARGIN - 2)}${line}`
        : `${' '.repeat(MARGIN)}${line}`,
    );
  });
  const count = (status: Finding['status']) => findings.filter((finding) => finding.status === status).length;
  const [problems, warnings] = [count('problem'), count('warning')];
  const sum =
    problems + warnings === 0
      ? 'nothing is amiss'
      : `${plural(problems, 'problem')}, ${plural(warnings, 'warning')}`;
  return [...lines, '', sum].join('\n');
}

const oneLine = (text: string) => text.split('\n').map(plainText).join(' ').replace(/\s+/g, ' ').trim();
