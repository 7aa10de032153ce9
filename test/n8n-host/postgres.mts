// A PostgreSQL of this run alone: a new database in a folder of its own, on a free port of this machine.
import { chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { waitFor } from '../support/say.mts';
import { freePort } from './ports.mts';
import { runToEnd } from './processes.mts';
import { findPrograms, Service, tied } from './services.mts';

const USER = 'n8n';

/** The user "nobody": PostgreSQL refuses to run as root. */
const NOBODY = 65_534;

export class Postgres {
	private port = 0;

	private programs = { initdb: '', postgres: '', psql: '' };

	private readonly service: Service;

	private readonly folder: string;

	/** @param folder is made, and everything that the database keeps is in it */
	constructor(folder: string) {
		this.folder = folder;
		this.service = new Service('PostgreSQL', path.join(folder, 'postgres.log'));
	}

	/** What n8n has to be told. */
	get env(): Record<string, string> {
		return {
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(this.port),
			DB_POSTGRESDB_DATABASE: 'postgres',
			DB_POSTGRESDB_USER: USER,
		};
	}

	async start(): Promise<void> {
		this.programs = await findPrograms(['initdb', 'postgres', 'psql']);
		const { initdb, postgres } = this.programs;
		const user = process.getuid?.() === 0 ? NOBODY : undefined;
		const data = path.join(this.folder, 'data');
		await mkdir(data, { recursive: true });
		if (user) await chown(data, user, user);
		const init = ['--auth=trust', `--username=${USER}`, '--encoding=UTF8', '--no-sync'];
		const [program, ...args] = tied([initdb, ...init, `--pgdata=${data}`], user);
		await runToEnd(program, args, { cwd: this.folder });
		this.port = await freePort();
		await writeFile(
			path.join(data, 'postgresql.auto.conf'),
			[
				`port = ${this.port}`,
				`listen_addresses = '127.0.0.1'`,
				`unix_socket_directories = ''`,
				'max_connections = 200',
				'',
			].join('\n'),
		);
		await this.service.start(tied([postgres, '-D', data], user), this.folder);
		await waitFor('The start of PostgreSQL', 60, async () => {
			await this.service.refuseWhenEnded();
			return await this.query('select 1 as one').catch(() => undefined);
		});
	}

	/** @returns the rows of a select */
	async query<Row>(select: string): Promise<Row[]> {
		const asJson = `select coalesce(json_agg(found), '[]') from (${select}) found`;
		const where = ['-h', '127.0.0.1', '-p', String(this.port), '-U', USER, '-d', 'postgres'];
		const { stdout } = await execa(this.programs.psql, [...where, '-X', '-q', '-A', '-t'], {
			input: asJson,
			maxBuffer: 1e9,
		});
		return JSON.parse(stdout) as Row[];
	}

	/** SIGINT is PostgreSQL's fast way to end: it does not wait for who is still connected. */
	async stop(): Promise<void> {
		await this.service.stop('SIGINT');
	}
}
