// The official SDK, pointed at a sandbox.
import { Vortex } from '@teamvortexsoftware/vortex-node-22-sdk';
import { afterAll, beforeAll, vi } from 'vitest';
import { API_KEY } from './vortex.mts';

/** The SDK takes its base URL from the environment and from nowhere else. */
export function useSdk(vortex: { readonly sandbox: { readonly url: string } }): Vortex {
	beforeAll(() => void vi.stubEnv('VORTEX_API_BASE_URL', vortex.sandbox.url));
	afterAll(() => void vi.unstubAllEnvs());
	return new Vortex(API_KEY);
}
