import { providerContract } from './contract.ts';
import { ExistingWorld } from './existing/existing-world.ts';

providerContract('existing', () => ExistingWorld.make());
