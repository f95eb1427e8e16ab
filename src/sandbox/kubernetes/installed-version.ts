import type { KubeObject } from '../../kubernetes/kube-client.ts';
import { controllerImage } from './controller-deployment.ts';
import { VERSION_LABEL } from './release.ts';

/** `v0.5.6`, as the controller's Deployment says it: by its label, else by its image's tag; `unknown` where neither does. */
export function installedVersion(deployment: KubeObject): string {
  const label = deployment.metadata.labels?.[VERSION_LABEL];
  const tag = /:([^:/@]+)(?:@.*)?$/.exec(controllerImage(deployment))?.[1];
  const told = [label, tag].find((text) => text !== undefined && /^v?\d+\.\d+\.\d+/.test(text));
  if (told === undefined) return 'unknown';
  // Charts write the label without the v.
  return told.startsWith('v') ? told : `v${told}`;
}
