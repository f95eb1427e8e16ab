import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

const DEPLOY = join(import.meta.dirname, '../../deploy');

/** A query of ours, and where it stands. */
export interface NamedQuery {
  place: string;
  expr: string;
}

interface Rule {
  alert: string;
  expr: string;
  annotations: { summary: string; description: string };
}

export function alertRules(): Rule[] {
  const file = parse(readFileSync(join(DEPLOY, 'prometheus/rules.yml'), 'utf8')) as {
    groups: { rules: Rule[] }[];
  };
  return file.groups.flatMap(({ rules }) => rules);
}

interface Panel {
  id: number;
  type: string;
  title: string;
  datasource?: { uid: string };
  gridPos: { x: number; y: number; w: number; h: number };
  targets?: { expr: string }[];
}

export function dashboardPanels(): Panel[] {
  const file = JSON.parse(readFileSync(join(DEPLOY, 'grafana/dashboards/sandtide.json'), 'utf8')) as {
    panels: Panel[];
  };
  return file.panels;
}

/** All that alert rules and dashboard ask. */
export function allQueries(): NamedQuery[] {
  const alerts = alertRules().map(({ alert, expr }) => ({ place: `alert ${alert}`, expr }));
  const panels = dashboardPanels().flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({ place: `panel ${title}`, expr })),
  );
  return [...alerts, ...panels];
}
