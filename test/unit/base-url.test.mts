import { describe, expect, it } from 'vitest';
import { DEFAULT_BASE_URL, normaliseBaseUrl } from '../../nodes/shared/client';

describe('the base URL', () => {
	it.each([undefined, null, '', '  '])('is that of Vortex when it is %j', (text) => {
		expect(normaliseBaseUrl(text)).toBe('https://api.vortexsoftware.com');
		expect(DEFAULT_BASE_URL).toBe('https://api.vortexsoftware.com');
	});

	it.each([
		['https://a.example', 'https://a.example'],
		[' https://a.example/ ', 'https://a.example'],
		['https://a.example///', 'https://a.example'],
		['https://a.example/api/v1', 'https://a.example'],
		['https://a.example/api/v1/', 'https://a.example'],
		['https://a.example/vortex/api/v1', 'https://a.example/vortex'],
		['https://a.example/vortex/', 'https://a.example/vortex'],
		['https://a.example/api', 'https://a.example/api'],
		['https://a.example/my-api/v1', 'https://a.example/my-api/v1'],
		['http://127.0.0.1:8787', 'http://127.0.0.1:8787'],
		['http://[::1]:8787/', 'http://[::1]:8787'],
		['HTTPS://A.example', 'HTTPS://A.example'],
	])('of %j is %j', (text, address) => {
		expect(normaliseBaseUrl(text)).toBe(address);
	});

	it.each([
		'a.example',
		'ftp://a.example',
		'file:///etc/passwd',
		'https://',
		'https:///',
		'https://a b',
		'https://a.example/?key=1',
		'https://a.example/#x',
		'https://a.example:port',
		'https://jane:pass@a.example',
		'https://jane@a.example/x',
		'https:/\\a.example',
		'javascript:alert(1)',
		42,
		{},
	])('is refused when it is %j', (text) => {
		expect(normaliseBaseUrl(text)).toBeUndefined();
	});
});
