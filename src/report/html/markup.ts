import { parseHTML } from 'linkedom';

/** The part of a DOM that a page is made with; no browser's types, for there is none here. */
export interface MarkupElement {
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  append(...children: (MarkupElement | string)[]): void;
  replaceWith(other: MarkupElement): void;
  querySelectorAll(selector: string): Iterable<MarkupElement>;
  readonly children: Iterable<MarkupElement>;
  readonly textContent: string;
  innerHTML: string;
  readonly outerHTML: string;
}

interface Markup {
  createElement(tag: string): MarkupElement;
  createElementNS(namespace: string, tag: string): MarkupElement;
}

/** A document to make elements with; what is put into it as text stays text. */
export const document = parseHTML('<!doctype html><html><head></head><body></body></html>')
  .document as unknown as Markup;

export type Child = MarkupElement | string | null;

/** An element. Texts are text, never markup; a null child or attribute is left out. */
export function h(
  tag: string,
  attributes: Record<string, string | null> = {},
  ...children: readonly (Child | readonly Child[])[]
): MarkupElement {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (value !== null) element.setAttribute(name, value);
  for (const child of children.flat()) if (child !== null) element.append(child);
  return element;
}

/** A table whose first column names the row; figures to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Child[])[],
  figures: readonly number[] = [],
): MarkupElement {
  const kind = (column: number) => (figures.includes(column) ? 'figure' : null);
  return h(
    'div',
    { class: 'scroll', tabindex: '0' },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          head.map((text, at) => h('th', { scope: 'col', class: kind(at) }, text)),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((cells) =>
          h(
            'tr',
            {},
            cells.map((cell, at) =>
              at === 0 ? h('th', { scope: 'row' }, cell) : h('td', { class: kind(at) }, cell),
            ),
          ),
        ),
      ),
    ),
  );
}
