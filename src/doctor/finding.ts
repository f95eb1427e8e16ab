/** What one look found. JSON-safe. */
export interface Finding {
  /** What was looked at: `node`, `programs`, `ports`, ... */
  check: string;
  /** `problem`: something that sandtide needs is not so; `warning`: it works, but not as well or not for long. */
  status: 'ok' | 'warning' | 'problem' | 'skipped';
  /** What is so, with its figures. */
  says: string;
  /** What to do about it; null where there is nothing to do. */
  next: string | null;
}

export const ok = (check: string, says: string): Finding => ({ check, status: 'ok', says, next: null });

export const warning = (check: string, says: string, next: string): Finding => ({
  check,
  status: 'warning',
  says,
  next,
});

export const problem = (check: string, says: string, next: string): Finding => ({
  check,
  status: 'problem',
  says,
  next,
});

export const skipped = (check: string, says: string): Finding => ({
  check,
  status: 'skipped',
  says,
  next: null,
});
