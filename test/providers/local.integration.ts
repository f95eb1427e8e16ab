import { LocalWorld } from './local/local-world.ts';
import { providerContract } from './contract.ts';

providerContract('local', () => LocalWorld.make());
